internal import HTTPSemantics
internal import Posix

/// How many connections the nginx of this host allows, where it serves Vitrine. It is a limit of all its sites together:
/// as many clients that send slowly keep everybody else out.
enum WebServerLimits {
  /// What `worker_connections` should be at least.
  static let enough = 4_096
  /// What nginx takes where it is not set.
  static let preset = 512

  private static let site = "/etc/nginx/conf.d/vitrine.conf"
  private static let configuration = "/etc/nginx/nginx.conf"

  /// A line for the operator; nil where all is well, or another web server serves Vitrine.
  static func remark() -> String? {
    guard (try? FileDescriptor.open(site, .readOnly)) != nil, let text = read(configuration) else { return nil }
    let connections = connections(in: text)
    guard connections < enough else { return nil }
    return
      "\(configuration): worker_connections is \(connections): as many slow clients keep everybody else out; write "
      + "worker_connections 8192; in its events block and worker_rlimit_nofile 20000; at its top"
  }

  /// The number in a configuration of nginx.
  static func connections(in text: String) -> Int {
    for line in text.split(separator: "\n") {
      let code = line.prefix { $0 != "#" }
      guard let name = code.firstRange(of: "worker_connections") else { continue }
      let digits = code[name.upperBound...].drop { $0 == " " || $0 == "\t" }.prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits) { return number }
    }
    return preset
  }

  private static func read(_ path: String) -> String? {
    guard let bytes = try? FileDescriptor.open(path, .readOnly).readAll(limit: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
