//! What may go wrong on the way to a receiver. No text here ever holds a header, a token or what a
//! server answered.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::grpc::GrpcStatus;

/// Why an exporter cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The endpoint is no address that spans can be sent to.
    #[error("the endpoint is not usable: {reason}")]
    InvalidEndpoint {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A header's name or value has characters that HTTP forbids.
    #[error("the header {name:?} cannot be sent")]
    InvalidHeader {
        /// The header's name.
        name: String,
    },
    /// A certificate or key cannot be used.
    #[error("cannot use the PEM file {path}")]
    InvalidPem {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rustls::pki_types::pem::Error,
    },
    /// A client certificate without its key, or a key without its certificate.
    #[error("a client certificate and its key go together, and one of them is missing")]
    IncompleteClientCertificate,
    /// The certificates are readable but make no TLS configuration.
    #[error("the certificates are not usable")]
    InvalidCertificate(#[from] rustls::Error),
    /// The exporter's thread cannot be started.
    #[error("cannot start the exporter's thread")]
    Thread(#[source] io::Error),
}

/// Why spans did not arrive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: nobody listens there, or the name is unknown.
    #[error("nothing answers at the endpoint")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The two sides did not agree on a TLS connection: a certificate that is not trusted, a client
    /// certificate that is missing, or a server without TLS.
    #[error("the TLS connection was refused")]
    Tls(#[source] rustls::Error),
    /// The connection broke before an answer came.
    #[error("the connection was lost")]
    ConnectionLost(#[source] Box<dyn Error + Send + Sync>),
    /// No answer within the time that a request may take.
    #[error("no answer within {} s", timeout.as_secs_f64())]
    Timeout {
        /// The time.
        timeout: Duration,
    },
    /// An HTTP status that is no success.
    #[error("the receiver answered with HTTP status {status}")]
    HttpStatus {
        /// The status.
        status: u16,
    },
    /// A gRPC status that is no success.
    #[error("the receiver answered with gRPC status {status}")]
    GrpcStatus {
        /// The status.
        status: GrpcStatus,
    },
    /// An answer that is not OTLP's.
    #[error("the receiver's answer is not one of OTLP")]
    InvalidAnswer,
    /// The body could not be compressed.
    #[error("the request could not be compressed")]
    Compression(#[source] io::Error),
}

impl Fault {
    /// Whether the receiver refused spans for what they are, and takes others.
    pub fn is_of_single_spans(&self) -> bool {
        match self {
            Self::HttpStatus { status } => matches!(status, 400 | 413 | 422),
            Self::GrpcStatus { status } => matches!(
                *status,
                GrpcStatus::INVALID_ARGUMENT | GrpcStatus::RESOURCE_EXHAUSTED
            ),
            _ => false,
        }
    }

    /// Whether somebody answered, even if it was not with success.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::HttpStatus { .. } | Self::GrpcStatus { .. } | Self::InvalidAnswer
        )
    }
}
