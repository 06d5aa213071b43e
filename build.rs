//! Turns `openapi/vpn.yaml` into the Rust that `src/` includes: the client, the
//! open enumerations, the limits, the defaults, the error codes, the regions,
//! and the document itself as JSON. Everything goes to `OUT_DIR`.

#[path = "build/mod.rs"]
mod generate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DOCUMENT: &str = "openapi/vpn.yaml";

fn main() -> ExitCode {
    for input in [DOCUMENT, "build.rs", "build"] {
        println!("cargo::rerun-if-changed={input}");
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let document = generate::Document::read(Path::new(DOCUMENT))?;
    let files = generate::files(&document).map_err(|fault| document.locate(&fault))?;
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; cargo sets it")?;
    for (name, text) in files {
        let path = PathBuf::from(&out).join(name);
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}
