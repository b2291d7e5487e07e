//! Connections to servers: those that take spans, and those that have them.

mod tls;

use std::error::Error;
use std::io;

use http::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::Scheme;
use http::{Uri, Version};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

use crate::fault::{Fault, StartError};
use crate::settings::Settings;

const USER_AGENT_VALUE: &str = concat!("sparkspan/", env!("CARGO_PKG_VERSION"));

/// Opens connections, with TLS where the address says so.
pub(crate) type Connector = HttpsConnector<HttpConnector>;

/// What opens connections to the server at `uri`, which speaks this version of HTTP.
///
/// # Errors
///
/// If a file of certificates is of no use.
pub(crate) fn connector(
    settings: &Settings,
    uri: &Uri,
    version: Version,
) -> Result<Connector, StartError> {
    let tls = tls::client_config(settings, uri.scheme() == Some(&Scheme::HTTPS))?;
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http();
    Ok(match version {
        Version::HTTP_2 => connector.enable_http2().wrap_connector(tcp),
        _ => connector.enable_http1().wrap_connector(tcp),
    })
}

/// The headers that the user wants in every request, and who sends it.
///
/// # Errors
///
/// If HTTP forbids one of them.
pub(crate) fn headers(settings: &Settings) -> Result<HeaderMap, StartError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let invalid = || StartError::InvalidHeader { name: name.clone() };
        let key = HeaderName::try_from(name).map_err(|_| invalid())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| invalid())?;
        value.set_sensitive(true);
        headers.append(key, value);
    }
    headers.insert(USER_AGENT, HeaderValue::from_static(USER_AGENT_VALUE));
    Ok(headers)
}

/// Tells a refused TLS and a closed port from a connection that broke.
pub(crate) fn fault(error: hyper_util::client::legacy::Error) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Fault::Tls(tls.clone());
        }
        // An io::Error wraps another error, but names the other's cause as its own.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped));
    }
    if error.is_connect() {
        Fault::Unreachable(error.into())
    } else {
        Fault::ConnectionLost(error.into())
    }
}
