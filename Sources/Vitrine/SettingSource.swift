internal import Posix

/// The texts of the settings, gathered from flags, environment and file, before they are read.
struct SettingSource {
  private var values: [String: (text: String, origin: String)] = [:]

  /// Gathers: a flag beats the environment, the environment the file.
  /// - Parameters:
  ///   - flags: setting names and texts from the command line.
  ///   - configuration: the path of a file of `KEY=VALUE` lines.
  /// - Throws: for a name that no setting has, or a file that cannot be read.
  init(flags: [String: String], environment: [String: String], configuration: String?) throws(SettingError) {
    let known = Set(SettingsTable.all.map(\.name)).union(SettingsTable.foreignNames)
    if let configuration {
      for (name, text) in try Self.read(configuration) {
        guard known.contains(name) else {
          throw SettingError("\(configuration): unknown setting \(name); vitrine serve --help lists them")
        }
        values[name] = (text, configuration)
      }
    }
    for (name, text) in environment where name.hasPrefix("VITRINE_") || name == SettingsTable.photos.name {
      guard known.contains(name) else {
        throw SettingError("unknown setting \(name) in the environment; vitrine serve --help lists them")
      }
      values[name] = (text, "environment")
    }
    for (name, text) in flags { values[name] = (text, "command line") }
  }

  /// The text of a setting; nil where nobody gave one, or an empty one.
  func text(_ setting: Setting) -> String? {
    guard let value = values[setting.name], !value.text.isEmpty else { return nil }
    return value.text
  }

  /// Reads the text of a setting.
  func value<Value>(_ setting: Setting, _ form: String, _ read: (String) -> Value?) throws(SettingError) -> Value? {
    guard let text = text(setting) else { return nil }
    guard let value = read(text) else {
      throw SettingError("\(setting.name) is \(form), not “\(text)” (\(values[setting.name]?.origin ?? ""))")
    }
    return value
  }

  // MARK: The file

  /// `KEY=VALUE` lines as systemd's EnvironmentFile has them: empty lines and comments are skipped, quotes around a
  /// value are taken off.
  private static func read(_ path: String) throws(SettingError) -> [(String, String)] {
    let content: [UInt8]
    do throws(Errno) {
      content = try FileDescriptor.open(path, .readOnly).readAll(limit: 1 << 20)
    } catch {
      throw SettingError("cannot read the settings file \(path): \(error)")
    }
    var result: [(String, String)] = []
    for (index, line) in String(decoding: content, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let line = trimmed(line)
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
        throw SettingError("\(path), line \(index + 1): not KEY=VALUE")
      }
      let name = trimmed(line[..<equals])
      result.append((String(name), unquoted(trimmed(line[line.index(after: equals)...]))))
    }
    return result
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" || first == "\r" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
  }

  private static func unquoted(_ text: Substring) -> String {
    for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      return String(text.dropFirst().dropLast())
    }
    return String(text)
  }
}

/// A setting that stops the start: one line that says which, and what is wrong.
struct SettingError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
