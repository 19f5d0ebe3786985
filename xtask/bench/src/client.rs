//! A bare HTTP/1.1 client over one kept connection, so that its own cost hardly counts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::failure::Failure;

/// One connection that is kept.
#[derive(Debug)]
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    bearer: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, bearer: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            bearer: bearer.to_owned(),
        })
    }

    /// One that shows nothing to say who asks.
    pub(crate) fn connect_unsigned(address: SocketAddr) -> Result<Self, Failure> {
        Self::connect(address, "")
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.ask("GET", path, "", "")
    }

    pub(crate) fn get_unless(&mut self, path: &str, etag: &str) -> Result<Answer, Failure> {
        self.ask("GET", path, &format!("If-None-Match: {etag}\r\n"), "")
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Result<Answer, Failure> {
        self.ask("POST", path, "Content-Type: application/json\r\n", body)
    }

    pub(crate) fn post_csv(&mut self, path: &str, body: &str) -> Result<Answer, Failure> {
        self.ask("POST", path, "Content-Type: text/csv\r\n", body)
    }

    pub(crate) fn delete(&mut self, path: &str) -> Result<Answer, Failure> {
        self.ask("DELETE", path, "", "")
    }

    /// The JSON of an answer that must have succeeded.
    pub(crate) fn made(&mut self, path: &str, body: &str) -> Result<serde_json::Value, Failure> {
        let answer = self.post(path, body)?;
        if answer.status >= 300 {
            return Err(Failure::new(format!(
                "POST {path} answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            )));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// One text field of the JSON of an answer that must have succeeded.
    pub(crate) fn made_field(
        &mut self,
        path: &str,
        body: &str,
        field: &str,
    ) -> Result<String, Failure> {
        self.made(path, body)?
            .get(field)
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| Failure::new(format!("the answer to POST {path} has no `{field}`")))
    }

    fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Result<Answer, Failure> {
        let bearer = match self.bearer.as_str() {
            "" => String::new(),
            bearer => format!("Authorization: Bearer {bearer}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\n{bearer}{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    fn read(&mut self) -> Result<Answer, Failure> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| Failure::new(format!("no status line but {line:?}")))?;
        let (mut length, mut etag, mut chunked) = (0, None, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse()?;
            } else if name.eq_ignore_ascii_case("etag") {
                etag = Some(value.to_owned());
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = true;
            }
        }
        let body = if chunked {
            self.chunks()?
        } else {
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body)?;
            body
        };
        Ok(Answer { status, etag, body })
    }

    fn chunks(&mut self) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16)?;
            let mut chunk = vec![0; length + 2];
            self.stream.read_exact(&mut chunk)?;
            if length == 0 {
                return Ok(body);
            }
            chunk.truncate(length);
            body.extend_from_slice(&chunk);
        }
    }
}
