/// Reads the strings out of a file of `www/words/`: `set var="name" value="text"` commands of nginx's server-side includes.
enum StringsFile {
  /// The strings by name. What depends on a variable of nginx's (`$`) is for nginx only.
  static func parse(_ file: [UInt8]) -> [String: String] {
    var strings: [String: String] = [:]
    var rest = String(decoding: file, as: UTF8.self)[...]
    while let name = take(after: "set var=\"", from: &rest), let value = take(after: "value=\"", from: &rest) {
      if !value.contains("$") { strings[String(name)] = String(value) }
    }
    return strings
  }

  /// What stands between `opening` and the next quotation mark.
  private static func take(after opening: String, from text: inout Substring) -> Substring? {
    guard let start = text.firstRange(of: opening)?.upperBound, let end = text[start...].firstIndex(of: "\"") else {
      return nil
    }
    defer { text = text[text.index(after: end)...] }
    return text[start..<end]
  }
}
