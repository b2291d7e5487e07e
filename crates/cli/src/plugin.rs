//! `sparkspan plugin`: hands out the plugin's jar, to the Spark that an image's init container prepares.

use std::io::{self, Write};
use std::path::Path;
use std::{env, fs};

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
    replace(&jar, &copy).map_err(|source| Failure::Write {
        path: copy.clone(),
        source,
    })?;
    writeln!(io::stdout(), "{}", copy.display()).map_err(Failure::Stdout)
}

/// By a rename: a JVM that has the old file open goes on reading the old one.
fn replace(jar: &Path, copy: &Path) -> io::Result<()> {
    let new = copy.with_extension("jar.new");
    fs::copy(jar, &new)?;
    fs::rename(new, copy)
}
