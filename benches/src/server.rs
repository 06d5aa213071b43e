//! A service that costs the client nothing: HTTP/1.1 with keep-alive, on loopback, with
//! the documented responses.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

const CREATED: &str = include_str!("../../tests/fixtures/responses/example3_dual.json");
const SHOWN: &str = include_str!("../../tests/fixtures/responses/example3_show.json");

pub(crate) fn start() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || serve(stream.unwrap()));
        }
    });
    address
}

fn serve(mut stream: TcpStream) {
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
        let response = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(response.as_bytes()).unwrap();
        request.clear();
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
