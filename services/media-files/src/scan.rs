//! The virus scanner: `clamd`, asked over its own protocol.

use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, scan_buffer};
use std::time::Duration;

/// A scanner that does not answer must not hold a request for ever.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Tcp(String),
    Socket(std::path::PathBuf),
}

#[derive(Debug, Clone)]
pub struct Scanner {
    place: Place,
    patience: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// By the name that the scanner has for it.
    Infected(String),
}

#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error("`{0}` is no address of clamd: tcp://host:3310 or unix:///run/clamav/clamd.ctl")]
    Address(String),
    #[error("clamd cannot be asked: {0}")]
    Unreachable(#[from] std::io::Error),
    #[error("clamd took longer than {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("clamd answered: {0}")]
    Answer(String),
}

impl Scanner {
    pub fn parse(address: &str) -> Result<Self, ScanError> {
        let place = match (address.strip_prefix("tcp://"), address.strip_prefix("unix://")) {
            (Some(host), _) if host.contains(':') => Place::Tcp(host.to_owned()),
            (_, Some(path)) if path.starts_with('/') => Place::Socket(path.into()),
            _ => return Err(ScanError::Address(address.to_owned())),
        };
        Ok(Self { place, patience: PATIENCE })
    }

    #[cfg(test)]
    fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub async fn scan(&self, bytes: &Bytes) -> Result<Verdict, ScanError> {
        let asked = async {
            match &self.place {
                Place::Tcp(host_address) => scan_buffer(bytes, Tcp { host_address }, None).await,
                Place::Socket(socket_path) => scan_buffer(bytes, Socket { socket_path }, None).await,
            }
        };
        let answer =
            tokio::time::timeout(self.patience, asked).await.map_err(|_| ScanError::TooSlow(self.patience))??;
        read(&answer)
    }
}

/// `stream: OK`, or `stream: <name> FOUND`. Whatever else it says, for instance that a file is longer than it takes, is no
/// word on the file.
fn read(answer: &[u8]) -> Result<Verdict, ScanError> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_matches(['\0', '\n', ' ']);
    match text.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Infected(found.trim_end_matches(" FOUND").to_owned())),
        _ => Err(ScanError::Answer(text.chars().take(200).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Speaks clamd's INSTREAM from its side: chunks behind their length in four bytes, the last of none.
    async fn clamd(answer: &'static str) -> (Scanner, tokio::task::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = format!("tcp://{}", listener.local_addr().expect("an address"));
        let taken = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.expect("a command");
            assert_eq!(&command, b"zINSTREAM\0");
            let mut taken = Vec::new();
            loop {
                let length = stream.read_u32().await.expect("a length") as usize;
                if length == 0 {
                    break;
                }
                let mut chunk = vec![0; length];
                stream.read_exact(&mut chunk).await.expect("a chunk");
                taken.extend(chunk);
            }
            stream.write_all(answer.as_bytes()).await.expect("answered");
            taken
        });
        (Scanner::parse(&address).expect("an address"), taken)
    }

    #[tokio::test]
    async fn the_scanner_gets_every_byte_and_its_word_counts() {
        let bytes = Bytes::from(vec![7; 100_000]);
        let (scanner, taken) = clamd("stream: OK\0").await;
        assert_eq!(scanner.scan(&bytes).await.expect("scanned"), Verdict::Clean);
        assert_eq!(taken.await.expect("taken"), bytes);
        let (scanner, _) = clamd("stream: Eicar-Test-Signature FOUND\0").await;
        let verdict = scanner.scan(&bytes).await.expect("scanned");
        assert_eq!(verdict, Verdict::Infected("Eicar-Test-Signature".into()));
        // A file whose signature's name holds OK is not clean.
        let (scanner, _) = clamd("stream: OK.Trojan FOUND\0").await;
        assert_eq!(scanner.scan(&bytes).await.expect("scanned"), Verdict::Infected("OK.Trojan".into()));
    }

    #[tokio::test]
    async fn no_word_is_no_verdict() {
        let (scanner, _) = clamd("INSTREAM size limit exceeded. ERROR\0").await;
        let error = scanner.scan(&Bytes::from_static(b"x")).await.unwrap_err();
        assert_eq!(error.to_string(), "clamd answered: INSTREAM size limit exceeded. ERROR");
        let (scanner, _) = clamd("").await;
        assert!(matches!(scanner.scan(&Bytes::from_static(b"x")).await, Err(ScanError::Answer(_))));
        let nobody = Scanner::parse("unix:///nowhere/clamd.ctl").expect("an address");
        assert!(matches!(nobody.scan(&Bytes::from_static(b"x")).await, Err(ScanError::Unreachable(_))));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let silent = Scanner::parse(&format!("tcp://{}", listener.local_addr().expect("an address"))).expect("read");
        let silent = silent.with_patience(Duration::from_millis(20));
        assert!(matches!(silent.scan(&Bytes::from_static(b"x")).await, Err(ScanError::TooSlow(_))));
    }

    #[test]
    fn an_address_says_how_to_reach_it() {
        for address in ["clamd:3310", "tcp://clamd", "unix://clamd.ctl", ""] {
            assert!(matches!(Scanner::parse(address), Err(ScanError::Address(_))), "{address}");
        }
    }
}
