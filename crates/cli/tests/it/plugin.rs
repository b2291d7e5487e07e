//! `sparkspan plugin`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::command::Ran;

/// A directory for the command: on its file system, as a link is no copy that somebody may still write.
fn image() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// The command as the image has it, with or without a jar beside it.
fn command(directory: &Path, jar: Option<&str>) -> PathBuf {
    let command = directory.join("sparkspan");
    fs::hard_link(env!("CARGO_BIN_EXE_sparkspan"), &command).unwrap();
    if let Some(content) = jar {
        fs::write(directory.join("sparkspan.jar"), content).unwrap();
    }
    command
}

fn hand_out(command: &Path, to: &Path) -> Ran {
    let run = Command::new(command)
        .args(["plugin", "--to"])
        .arg(to)
        .output();
    run.unwrap().into()
}

/// Scenario: an init container copies the jar into a volume; it is started again, with another release.
/// Guarantees: the jar is there under the name that class paths have, nothing else is, its path is all of
/// stdout, and who has the former file open still reads that.
#[test]
fn plugin_puts_the_jar_into_a_directory() {
    let (image, volume) = (image(), tempfile::tempdir().unwrap());
    let copy = volume.path().join("sparkspan.jar");
    fs::write(&copy, "of the release before").unwrap();
    let mut former = fs::File::open(&copy).unwrap();

    let ran = hand_out(&command(image.path(), Some("a jar")), volume.path()).expect(0, []);
    assert_eq!(
        String::from_utf8(ran.stdout).unwrap().trim_end(),
        copy.to_str().unwrap()
    );
    assert_eq!(fs::read_to_string(&copy).unwrap(), "a jar");
    assert_eq!(fs::read_dir(volume.path()).unwrap().count(), 1);
    assert_eq!(
        std::io::read_to_string(&mut former).unwrap(),
        "of the release before"
    );
}

/// Scenario: the command was installed without the jar; the directory is not there.
/// Guarantees: an error that names the file, and what to do.
#[test]
fn plugin_says_what_is_missing() {
    let (with_jar, without_jar) = (image(), image());
    let alone = hand_out(&command(without_jar.path(), None), with_jar.path());
    alone.expect(
        1,
        [
            "error: the plugin's jar is not beside the command",
            "sparkspan.jar",
            "hint: ",
        ],
    );
    let nowhere = hand_out(
        &command(with_jar.path(), Some("a jar")),
        Path::new("/no/such/directory"),
    );
    nowhere.expect(
        1,
        [
            "error: cannot write /no/such/directory/sparkspan.jar",
            "hint: the directory has to be there",
        ],
    );
}
