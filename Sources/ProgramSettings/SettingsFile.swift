internal import Posix

/// The settings file: `KEY=VALUE` lines as systemd's EnvironmentFile has them.
enum SettingsFile {
  /// The most bytes of such a file.
  private static let limit = 1 << 20

  /// Reads a file.
  /// - Throws: where it cannot be read, or a line is of another form.
  static func read(_ path: String) throws(SettingError) -> [(name: String, text: String)] {
    let content: [UInt8]
    do throws(Errno) {
      content = try FileDescriptor.open(path, .readOnly).readAll(limit: limit)
    } catch {
      throw SettingError("cannot read the settings file \(path): \(error)")
    }
    return try parse(content, path: path)
  }

  /// Takes the lines apart: empty ones and comments are skipped, white space and quotes around a value are taken off.
  /// - Parameter path: for messages.
  static func parse(_ content: [UInt8], path: String) throws(SettingError) -> [(name: String, text: String)] {
    var result: [(name: String, text: String)] = []
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = trimmed(line)
      guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals != line.startIndex else {
        throw SettingError("\(path), line \(index + 1): not KEY=VALUE")
      }
      let name = trimmed(line[..<equals])
      let text = unquoted(trimmed(line[(equals + 1)...]))
      result.append((String(decoding: name, as: UTF8.self), String(decoding: text, as: UTF8.self)))
    }
    return result
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = text.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start }
    return start[...last]
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = text.first, text.count >= 2, first == text.last,
      first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    else { return text }
    return text.dropFirst().dropLast()
  }
}
