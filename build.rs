//! Turns `openapi/vpn.yaml` into the Rust that `src/` includes: the client, the
//! open enumerations, the limits, the defaults, the error codes, the regions,
//! and the document itself as JSON. Everything goes to `OUT_DIR`.

#[path = "build/mod.rs"]
mod generate;

fn main() -> std::process::ExitCode {
    generate::build("openapi/vpn.yaml", &["build.rs", "build"])
}
