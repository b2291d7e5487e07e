//! `sparkspan plugin`: hands out the plugin's jar, to the Spark that an image's init container prepares.

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::failure::Failure;

/// What the jar is called beside the command, and where it is copied to: class paths are written before it is there.
const JAR: &str = "sparkspan.jar";

/// Copies the jar that lies beside the command into a directory, and prints where it is.
pub(crate) fn run(directory: &Path) -> Result<(), Failure> {
    let command = env::current_exe().map_err(Failure::NoCommand)?;
    let jar = command.with_file_name(JAR);
    if !jar.is_file() {
        return Err(Failure::NoJar { path: jar });
    }
    let copy = directory.join(JAR);
    copy_atomically(&jar, &copy, directory).map_err(|source| Failure::Write {
        path: copy.clone(),
        source,
    })?;
    writeln!(io::stdout(), "{}", copy.display()).map_err(Failure::Stdout)
}

/// By a rename: a JVM that has the old file open goes on reading the old one.
fn copy_atomically(jar: &Path, copy: &Path, directory: &Path) -> io::Result<()> {
    let mut jar = File::open(jar)?;
    let mut new = tempfile::Builder::new()
        .permissions(jar.metadata()?.permissions())
        .tempfile_in(directory)?;
    io::copy(&mut jar, &mut new)?;
    new.persist(copy)?;
    Ok(())
}
