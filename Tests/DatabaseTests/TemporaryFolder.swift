import Glibc

/// A folder of its own for one test, removed with what is in it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/vitrine-database-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      String(cString: mkdtemp(buffer.baseAddress!)!)
    }
  }

  deinit {
    for name in ["db", "db-wal", "db-shm", "other"] { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
