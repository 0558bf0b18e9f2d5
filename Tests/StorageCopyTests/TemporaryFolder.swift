import Foundation

/// A new folder that is removed, with what is in it, when the value goes.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/var/tmp/vitrine-copy-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
