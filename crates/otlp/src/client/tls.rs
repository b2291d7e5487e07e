//! Who is trusted, and who we say we are.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::fault::StartError;
use crate::settings::Settings;

/// The TLS side of connections to a server.
///
/// # Errors
///
/// If a file cannot be read, or its content is of no use.
pub(super) fn client_config(settings: &Settings, tls: bool) -> Result<ClientConfig, StartError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(settings.certificate.as_deref(), tls)?);
    match (&settings.client_certificate, &settings.client_key) {
        (None, None) => Ok(config.with_no_client_auth()),
        (Some(certificate), Some(key)) => {
            let key_error = |source| StartError::InvalidPem {
                path: key.clone(),
                source,
            };
            let key = PrivateKeyDer::from_pem_file(key).map_err(key_error)?;
            Ok(config.with_client_auth_cert(certificates(certificate)?, key)?)
        }
        _ => Err(StartError::IncompleteClientCertificate),
    }
}

/// The given authorities alone, else the system's. These are read only where TLS is spoken: there
/// are many.
fn roots(certificate: Option<&Path>, tls: bool) -> Result<RootCertStore, StartError> {
    let mut roots = RootCertStore::empty();
    match certificate {
        Some(path) => {
            for certificate in certificates(path)? {
                roots.add(certificate)?;
            }
        }
        None if tls => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        None => {}
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let invalid = |source| StartError::InvalidPem {
        path: path.to_owned(),
        source,
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(invalid)?;
    if certificates.is_empty() {
        return Err(invalid(rustls::pki_types::pem::Error::NoItemsFound));
    }
    Ok(certificates)
}
