//! A service that costs the client nothing: HTTP/1.1 with keep-alive, on loopback, with
//! the documented responses.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const CREATED: &str = include_str!("../../tests/fixtures/responses/example3_dual.json");
const SHOWN: &str = include_str!("../../tests/fixtures/responses/example3_show.json");

pub(crate) struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    /// How many requests, the first ones, get no response.
    held: usize,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::holding(0)
    }

    /// A server that responds to no request before it has received `held` others whole.
    /// They stay in flight.
    pub(crate) fn holding(held: usize) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts { held, ..Counts::default() });
        let shared = Arc::clone(&counts);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let counts = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream.unwrap(), &counts));
            }
        });
        Self { address, counts }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections clients have opened.
    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::Relaxed)
    }
}

fn serve(mut stream: TcpStream, counts: &Counts) {
    stream.set_nodelay(true).unwrap();
    let mut request = Vec::new();
    let mut chunk = [0; 8192];
    // Either side may end it: a client that is done just goes away.
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        request.extend_from_slice(chunk.get(..length).unwrap());
        if !is_whole(&request) {
            continue;
        }
        let (status, body) = match request.starts_with(b"POST") {
            true => ("201 Created", CREATED),
            false => ("200 OK", SHOWN),
        };
        request.clear();
        if counts.requests.fetch_add(1, Ordering::Relaxed) < counts.held {
            continue;
        }
        let response = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(response.as_bytes()).unwrap();
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let text = String::from_utf8_lossy(request.get(..head).unwrap()).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    request.len() >= head + 4 + length.map_or(0, |length| length.parse::<usize>().unwrap())
}
