//! Makes sure there is a folder to embed: without a built web application, a page that says how to build it.

use std::path::Path;
use std::{fs, io};

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Waybill</title>\n\
<p>The web application is not built. Run <code>npm ci</code> and <code>npm run build</code> in <code>web/</code>, then \
build this binary again. The API is at <a href=\"/docs/\">/docs</a>.</p>\n</html>\n";

fn main() -> io::Result<()> {
    let folder = Path::new("../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", folder.display());
    let index = folder.join("index.html");
    if !index.exists() {
        fs::create_dir_all(folder)?;
        fs::write(index, PLACEHOLDER)?;
    }
    Ok(())
}
