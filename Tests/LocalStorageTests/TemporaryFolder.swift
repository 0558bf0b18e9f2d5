import Foundation
import Posix

/// A new folder that is removed, with what is in it, when the value goes.
final class TemporaryFolder: Sendable {
  let path: String
  private let isOwned: Bool

  /// A folder that another process, or the test itself, removes.
  init(existing path: String) {
    self.path = path
    isOwned = false
  }

  init() {
    isOwned = true
    var template = Array("/var/tmp/vitrine-store-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit {
    if isOwned { try? FileManager.default.removeItem(atPath: path) }
  }

  /// All files below, hidden ones too, with paths relative to the folder.
  var files: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter { name in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }.sorted()
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
  }

  /// Waits until what is written gets a later time than what was written before, however coarse the file system's clock is.
  func awaitAnotherTick() throws {
    func time() throws -> Timestamp {
      try write([], to: ".tick")
      return try fileStatus(atPath: "\(path)/.tick").modified
    }
    let first = try time()
    while try time() == first { Clock.sleep(nanoseconds: 500_000) }
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }
}
