//! Which file a path leads to, by whatever name.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Where writing to a path ends up: two paths with the same place are the same file, be they spelled differently,
/// symbolic or hard links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    File(Inode),
    /// Nothing of this name is in the directory yet.
    Free(Inode, OsString),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inode {
    device: u64,
    number: u64,
}

impl Place {
    /// The place of a regular file, or of one that could be created. None for anything else, such as a terminal, a
    /// pipe or a directory, and where nobody may look.
    pub fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(metadata) => metadata
                .is_file()
                .then(|| Self(Kind::File(Inode::of(&metadata)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let name = path.file_name()?.to_owned();
                Some(Self(Kind::Free(Inode::of_parent(path)?, name)))
            }
            Err(_) => None,
        }
    }

    /// Whether this is the file that `path`, of this inode, leads to.
    pub(crate) fn is_file(&self, path: &Path, inode: u64) -> bool {
        match &self.0 {
            // Most files differ in that already, and need no look at the disk.
            Kind::File(own) => own.number == inode && Self::of(path).as_ref() == Some(self),
            Kind::Free(..) => false,
        }
    }
}

/// Whether a path leads to something directly inside a directory.
pub(crate) fn is_inside(path: &Path, directory: &Path) -> bool {
    let directory = fs::metadata(directory).map(|metadata| Inode::of(&metadata));
    // A link to a file there is inside too, wherever it lies itself.
    let target = fs::canonicalize(path);
    let path = target.as_deref().unwrap_or(path);
    directory.is_ok_and(|directory| Inode::of_parent(path) == Some(directory))
}

impl Inode {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            device: metadata.dev(),
            number: metadata.ino(),
        }
    }

    fn of_parent(path: &Path) -> Option<Self> {
        let parent = path.parent()?;
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        Some(Self::of(&fs::metadata(parent).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn place_is_that_of_the_file_behind_the_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path("log"), "").unwrap();
        fs::write(path("other"), "").unwrap();
        symlink("log", path("symbolic")).unwrap();
        fs::hard_link(path("log"), path("hard")).unwrap();
        let log = Place::of(&path("log"));
        assert!(log.is_some());
        for same in ["./log", "symbolic", "hard"] {
            assert_eq!(Place::of(&path(same)), log, "{same}");
        }
        assert_ne!(Place::of(&path("other")), log);
        assert_eq!(Place::of(&path("./free")), Place::of(&path("free")));
        assert_ne!(Place::of(&path("free")), Place::of(&path("freed")));
        assert_eq!(Place::of(directory.path()), None);
        assert_eq!(Place::of(&path("no/such/directory")), None);
        assert_eq!(Place::of(Path::new("/dev/null")), None);
    }
}
