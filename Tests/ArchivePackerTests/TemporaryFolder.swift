import Glibc
import Posix
import Testing

/// A folder that vanishes with its content.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = [CChar]("/tmp/vitrine-archive-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.remove([UInt8](path.utf8))
  }

  /// Path of a file in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// What the name of a file in the folder becomes in an archive.
  func member(_ name: String) -> String { String("\(path)/\(name)".dropFirst()) }

  @discardableResult
  func write(_ name: String, _ content: [UInt8] = []) throws -> String {
    try write([UInt8](name.utf8), content)
    return self(name)
  }

  func write(_ name: [UInt8], _ content: [UInt8]) throws {
    let path = [UInt8]("\(self.path)/".utf8) + name
    if let slash = path.lastIndex(of: UInt8(ascii: "/")) {
      try makeDirectories(String(decoding: path[..<slash], as: UTF8.self))
    }
    let terminated = path.map { CChar(bitPattern: $0) } + [0]
    let file = FileDescriptor(owning: Glibc.open(terminated, O_WRONLY | O_CREAT | O_TRUNC, 0o644))
    try file.writeAll(content)
  }

  func read(_ name: String) throws -> [UInt8] {
    try FileDescriptor.open(self(name), .readOnly).readAll(limit: 1 << 28)
  }

  func names() throws -> [String] {
    try FileDescriptor.open(path, [.readOnly, .directory]).directoryEntries()
      .map { String(decoding: $0.name, as: UTF8.self) }.sorted()
  }

  private static func remove(_ path: [UInt8]) {
    if let folder = try? FileDescriptor.open(path, [.readOnly, .directory, .noFollow]),
      let entries = try? folder.directoryEntries()
    {
      for entry in entries { remove(path + [UInt8(ascii: "/")] + entry.name) }
    }
    Glibc.remove(path.map { CChar(bitPattern: $0) } + [0])
  }
}
