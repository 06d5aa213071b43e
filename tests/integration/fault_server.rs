//! A server on raw TCP that misbehaves in every way: a mock server cannot cut an
//! response off or reset a connection.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What happens to every connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Nobody listens.
    Refuse,
    /// The system has taken the connection, and the server goes away.
    ResetBeforeAccept,
    ResetAfterAccept,
    ResetAfterRequest,
    CloseAfterRequest,
    /// Writes this and resets.
    ResetAfter(Vec<u8>),
    /// Writes this and says nothing more.
    SilentAfter(Vec<u8>),
    /// Writes this, and then one byte after the other for ever.
    Drip(Vec<u8>),
    /// The first response to the first request, and so on; the last one for ever.
    Responses(Vec<Vec<u8>>),
    /// Writes the first, and then the second for ever.
    Endless(Vec<u8>, &'static [u8]),
}

pub(crate) struct FaultServer {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultServer {
    pub(crate) async fn start(act: Act) -> Self {
        let socket = bound(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        let (requests, connections) = (Arc::default(), Arc::default());
        let (seen, accepted) = (Arc::clone(&requests), Arc::clone(&connections));
        let task = match act {
            // As long as it is held, nobody else gets the address.
            Act::Refuse => tokio::spawn(held(socket)),
            act => tokio::spawn(serve(socket.listen(1024).unwrap(), act, seen, accepted)),
        };
        tokio::task::yield_now().await;
        Self { address, requests, connections, task }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests came in whole.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A socket with an address, at which nobody listens yet.
fn bound(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(address)?;
    Ok(socket)
}

async fn held<T>(_held: T) {
    pending().await
}

async fn serve(
    listener: TcpListener,
    act: Act,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
) {
    if matches!(act, Act::ResetBeforeAccept) {
        // Clients see the same as of a listener that is closed with a connection in its
        // queue, and this one is certain to be there.
        let (stream, address) =
            (listener.accept().await.unwrap().0, listener.local_addr().unwrap());
        drop(listener);
        reset(stream);
        return held(bound(address)).await;
    }
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(response(stream, act.clone(), Arc::clone(&requests)));
    }
}

async fn response(mut stream: TcpStream, act: Act, requests: Arc<AtomicUsize>) {
    if matches!(act, Act::ResetAfterAccept) {
        return reset(stream);
    }
    if read_request(&mut stream).await.is_none() {
        return;
    }
    let number = requests.fetch_add(1, Ordering::SeqCst);
    match &act {
        Act::Responses(responses) => {
            let _ = stream.write_all(responses.get(number).or(responses.last()).unwrap()).await;
            let _ = stream.shutdown().await;
        }
        Act::ResetAfterRequest => reset(stream),
        Act::CloseAfterRequest => {}
        Act::ResetAfter(bytes) => {
            let _ = stream.write_all(bytes).await;
            // What was written must leave before the reset overtakes it.
            sleep(Duration::from_millis(20)).await;
            reset(stream);
        }
        Act::SilentAfter(bytes) => {
            let _ = stream.write_all(bytes).await;
            pending().await
        }
        Act::Drip(bytes) => {
            let _ = stream.write_all(bytes).await;
            while stream.write_all(b"x").await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        }
        Act::Endless(head, chunk) => {
            let _ = stream.write_all(head).await;
            while stream.write_all(chunk).await.is_ok() {}
        }
        Act::Refuse | Act::ResetBeforeAccept | Act::ResetAfterAccept => {}
    }
}

/// A socket that is closed with unsent data ahead is reset.
fn reset(stream: TcpStream) {
    let _ = stream.set_zero_linger();
}

/// Reads a request with its body, if one comes.
async fn read_request(stream: &mut TcpStream) -> Option<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if request.len() >= head + 4 + length {
                return Some(());
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
}

/// A response with a body of the length that it says.
pub(crate) fn http(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    raw(status, &format!("{headers}Content-Length: {}\r\n", body.len()), body)
}

/// A response whose headers say what they like about its body.
pub(crate) fn raw(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    // The connection ends, so that no attempt comes over one that is just closing.
    let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}
