//! Files that are written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Not written: what was there before still is.
    #[error(
        "{} could not be written: {source}. What was there before is unchanged. Give a path in a folder that is there, on a \
         disk with room",
        .path.display()
    )]
    Write {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not read.
    #[error("{} could not be read: {source}. Give the path of a record that a run has written", .path.display())]
    Read {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not what it should be.
    #[error("{} is not the record of an experiment: {source}. Run the experiment again to write it anew", .path.display())]
    NotARecord {
        /// Where.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
}

/// Puts `bytes` in the place of the file at `path`, or makes it.
///
/// They are written to a new file beside it, which is flushed to the disk and then renamed. Whoever reads the path sees the
/// old content or the new, never a part of it, and where the disk is full the old content stays.
///
/// # Errors
/// [`FileError::Write`]; nothing is left of the attempt.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace_with(path, |file| file.write_all(bytes))
        .map_err(|source| FileError::Write { path: path.to_owned(), source })
}

fn replace_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let (beside, mut file) = new_beside(path)?;
    let written = write(&mut file)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&beside, path));
    drop(file);
    if written.is_err() {
        // That it cannot be removed is no news beside the error that there is.
        let _ = std::fs::remove_file(&beside);
    }
    written?;
    // The new name is on the disk only when the folder is. Not every system lets a folder be opened; there it is up to it.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A new file in the same folder, under a name that nobody has.
fn new_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the path ends without the name of a file")
    })?;
    for attempt in 0..100 {
        let mut unused = name.to_owned();
        unused.push(format!(".{}-{attempt}.part", std::process::id()));
        let beside = path.with_file_name(unused);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "its folder is full of unfinished files"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("costate-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_disk_that_fills_up_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = folder("full");
        let path = folder.join("record.json");
        replace(&path, b"old").unwrap();
        let full = replace_with(&path, |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(&folder), ["record.json"]);
        replace(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(names(&folder), ["record.json"]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_path_that_cannot_be_is_named_and_nothing_is_left() {
        let folder = folder("no-path");
        for path in [folder.join("missing/record.json"), folder.clone(), PathBuf::from("/")] {
            let error = replace(&path, b"x").unwrap_err();
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        }
        assert!(names(&folder).is_empty());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
