import Foundation
import Posix

/// A new folder that is removed, with what is in it, when the value goes.
final class TemporaryFolder: Sendable {
  let path: String
  private let isMounted: Bool

  /// - Parameter capacity: bytes of a file system of its own; nil for a folder in one that has room.
  init(capacity: UInt64? = nil) throws {
    var template = Array("/var/tmp/vitrine-contract-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    isMounted = capacity != nil
    guard let capacity else { return }
    if mount("tmpfs", path, "tmpfs", 0, "size=\(capacity)") != 0 {
      rmdir(path)
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  deinit {
    if isMounted { umount2(path, 2) }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// All files below, hidden ones too, with paths relative to the folder.
  var files: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter { name in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }.sorted()
  }
}

/// Whether this process may mount a file system, which root may not in every container.
enum SmallFileSystem {
  static let isPossible = ProcessControl.isRoot && (try? TemporaryFolder(capacity: 1 << 20)) != nil
}
