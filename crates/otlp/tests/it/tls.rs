//! Who is trusted, by the exporter and by the collector.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sparkspan_model::TraceId;
use sparkspan_otlp::{
    Endpoint, Exporter, Fault, Protocol, QueryError, Report, Settings, StartError, TraceQuery,
};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

use crate::collector::{Collector, Reply};
use crate::exporter::{export, settings};
use crate::spans::spans;

/// An authority, a server and a client that it vouches for, and their files.
struct Pki {
    folder: TempDir,
    authority: CertificateDer<'static>,
    server: CertificateDer<'static>,
    server_key: Vec<u8>,
}

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let sign = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new([name.to_owned()]).unwrap();
            (params.signed_by(&key, &authority).unwrap(), key)
        };
        let (server, server_key) = sign("localhost");
        let (client, client_key) = sign("client");
        let folder = tempfile::tempdir().unwrap();
        for (name, pem) in [
            ("ca.pem", authority.pem()),
            ("client.pem", client.pem()),
            ("client.key", client_key.serialize_pem()),
        ] {
            fs::write(folder.path().join(name), pem).unwrap();
        }
        Self {
            folder,
            authority: authority.der().clone(),
            server: server.der().clone(),
            server_key: server_key.serialize_der(),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The server's side. The client has to have a certificate if `mutual`.
    fn acceptor(&self, mutual: bool, protocol: Protocol) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = if mutual {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            config.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(self.server_key.clone().into());
        let mut config = config
            .with_single_cert(vec![self.server.clone()], key)
            .unwrap();
        config.alpn_protocols = match protocol {
            Protocol::HttpProtobuf => vec![b"http/1.1".to_vec()],
            Protocol::Grpc => vec![b"h2".to_vec()],
        };
        TlsAcceptor::from(Arc::new(config))
    }

    /// Exports to a collector with TLS, with settings made from those that trust nobody.
    fn export(
        &self,
        mutual: bool,
        protocol: Protocol,
        adjust: impl FnOnce(Settings) -> Settings,
    ) -> Report {
        let acceptor = self.acceptor(mutual, protocol);
        let collector = Collector::start_with([], Some(acceptor));
        let endpoint = format!("https://localhost:{}", collector.address.port());
        let settings = adjust(Settings {
            endpoint: Endpoint::Base(endpoint),
            ..settings("", protocol)
        });
        export(&settings, spans(3))
    }
}

/// Scenario: a Jaeger's certificate is vouched for by the given authority, or by nobody.
/// Guarantees: it is asked only if it is trusted; else the fault says TLS, and nobody asks again.
#[test]
fn only_a_trusted_jaeger_is_asked() {
    let pki = Pki::new();
    let acceptor = pki.acceptor(false, Protocol::HttpProtobuf);
    let nothing = Reply::Answer(200, Vec::new(), br#"{"result":{}}"#.to_vec());
    let collector = Collector::start_with([nothing], Some(acceptor));
    let url = format!("https://localhost:{}", collector.address.port());
    let ask = |certificate| {
        let settings = Settings {
            certificate,
            ..Settings::default()
        };
        let mut query = TraceQuery::new(&url, &settings).unwrap();
        query.gather(TraceId::from_bytes([1; 16]), Vec::push)
    };
    let untrusted = ask(None);
    assert!(
        matches!(untrusted, Err(QueryError::Connection(Fault::Tls(_)))),
        "{untrusted:?}"
    );
    assert_eq!(ask(Some(pki.file("ca.pem"))).unwrap(), []);
}

/// Scenario: a collector's certificate is vouched for by the given authority or by nobody, and the
/// collector wants the client's and gets it or not; each by both protocols.
/// Guarantees: spans go only over connections that both sides trust; else the fault says TLS.
#[test]
fn only_trusted_connections_are_used() {
    let pki = Pki::new();
    let trusting = |settings| Settings {
        certificate: Some(pki.file("ca.pem")),
        ..settings
    };
    let identified = |settings| Settings {
        client_certificate: Some(pki.file("client.pem")),
        client_key: Some(pki.file("client.key")),
        ..trusting(settings)
    };
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        assert_eq!(pki.export(false, protocol, trusting).sent, 3);
        assert_eq!(pki.export(true, protocol, identified).sent, 3);

        let untrusted = pki.export(false, protocol, |settings| settings);
        assert_eq!(untrusted.dropped, 3);
        assert!(
            matches!(untrusted.first_fault, Some(Fault::Tls(_))),
            "{untrusted:?}"
        );

        let unidentified = pki.export(true, protocol, trusting);
        assert_eq!(unidentified.dropped, 3);
        let is_told = match protocol {
            Protocol::HttpProtobuf => matches!(unidentified.first_fault, Some(Fault::Tls(_))),
            // TLS 1.3 refuses a client after the handshake, and hyper's HTTP/2 loses the alert.
            Protocol::Grpc => matches!(
                unidentified.first_fault,
                Some(Fault::Tls(_) | Fault::ConnectionLost(_))
            ),
        };
        assert!(is_told, "{unidentified:?}");
    }
}

#[test]
fn tls_to_a_collector_without_it_is_refused() {
    let collector = Collector::start([]);
    let settings = Settings {
        endpoint: Endpoint::Base(format!("https://{}", collector.address)),
        ..settings("", Protocol::HttpProtobuf)
    };
    let report = export(&settings, spans(3));
    assert!(
        matches!(report.first_fault, Some(Fault::Tls(_))),
        "{report:?}"
    );
    assert_eq!(report.requests, 1);
}

#[test]
fn unusable_files_are_named() {
    let pki = Pki::new();
    let missing = Settings {
        certificate: Some(pki.file("missing.pem")),
        ..Settings::default()
    };
    let error = Exporter::start(&missing).unwrap_err();
    assert!(error.to_string().ends_with("missing.pem"), "{error}");

    let not_pem = Settings {
        certificate: Some("/dev/null".into()),
        ..Settings::default()
    };
    assert!(matches!(
        Exporter::start(&not_pem),
        Err(StartError::InvalidPem { .. })
    ));

    let without_key = Settings {
        client_certificate: Some(pki.file("client.pem")),
        ..Settings::default()
    };
    let error = Exporter::start(&without_key).unwrap_err();
    assert!(matches!(error, StartError::IncompleteClientCertificate));
}
