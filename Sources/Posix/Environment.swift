internal import CLinux
internal import Glibc

/// The environment of this process.
public enum Environment {
  /// All variables. Of a name that stands twice the last one counts.
  public static func all() -> [String: String] {
    var result: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let variable = unsafe String(cString: text)
      if let equals = variable.firstIndex(of: "=") {
        result[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
      }
      unsafe entry += 1
    }
    return result
  }

  /// One variable; nil where it is not set.
  public static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  /// Sets a variable. Only while the process has a single thread.
  public static func set(_ name: String, _ value: String) {
    unsafe setenv(name, value, 1)
  }

  /// Removes a variable. Only while the process has a single thread.
  public static func remove(_ name: String) {
    unsafe unsetenv(name)
  }
}
