internal import HTTPSemantics

/// The texts of the settings, gathered from flags, environment and file, before they are read.
public struct SettingSource {
  private var values: [String: (text: String, origin: String)] = [:]

  /// Gathers: a flag beats the environment, the environment the file.
  /// - Parameters:
  ///   - flags: setting names and texts from the command line.
  ///   - configuration: the path of a file of `KEY=VALUE` lines.
  /// - Throws: for a name that no setting has, or a file that cannot be read.
  public init(flags: [String: String], environment: [String: String], configuration: String?) throws(SettingError) {
    let known = Set(SettingsTable.all.map(\.name)).union(SettingsTable.foreignNames)
    if let configuration {
      for (name, text) in try SettingsFile.read(configuration) {
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
      let shown = SecretNames.contains(setting.name) ? SecretNames.replacement : "“\(text)”"
      throw SettingError("\(setting.name) is \(form), not \(shown) (\(values[setting.name]?.origin ?? ""))")
    }
    return value
  }
}
