internal import CPostgreSQL
internal import Posix

/// A PostgreSQL connection string, as words or as an address, taken apart: which servers there are, and what holds for all.
public struct ConnectionString: Sendable {
  /// One server of the string.
  struct Server: Equatable, Sendable {
    /// A name, an address, or the folder of a unix socket; nil for libpq's own default.
    var host: String?
    /// The address, where the string gives it beside the name.
    var address: String?
    /// The port; nil for libpq's own default.
    var port: String?

    /// Whether the name has to be looked up before anybody can connect.
    var needsAddress: Bool {
      guard address == nil, let host else { return false }
      return !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@")
    }
  }

  /// The servers, in the order in which they are tried.
  let servers: [Server]
  /// Everything but host, address and port, by keyword.
  private let parameters: [(keyword: String, value: String)]

  /// Takes a string apart. libpq is loaded for it.
  /// - Throws: `malformedString`, `libraryMissing`.
  public init(_ text: String) throws(PostgreSQLError) {
    let options = try Self.options(of: text, try PostgreSQLLibrary.shared())
    func list(_ keyword: String) -> [String] {
      guard let value = options.first(where: { $0.keyword == keyword })?.value, !value.isEmpty else { return [] }
      return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
    let count = max(hosts.count, addresses.count, 1)
    guard hosts.isEmpty || hosts.count == count, addresses.isEmpty || addresses.count == count,
      ports.count <= 1 || ports.count == count
    else { throw .malformedString("host, hostaddr and port do not name equally many servers") }
    servers = (0..<count).map { index in
      Server(
        host: hosts.isEmpty ? nil : hosts[index], address: addresses.isEmpty ? nil : addresses[index],
        port: ports.isEmpty ? nil : ports.count == 1 ? ports[0] : ports[index])
    }
    parameters = options.filter { !["host", "hostaddr", "port"].contains($0.keyword) }
  }

  private static func options(
    of text: String, _ library: PostgreSQLLibrary
  ) throws(PostgreSQLError) -> [(keyword: String, value: String)] {
    let functions = unsafe library.functions
    var message: UnsafeMutablePointer<CChar>?
    guard let parsed = unsafe functions.pointee.conninfo_parse(text, &message) else {
      defer { unsafe functions.pointee.freemem(message) }
      // libpq's words may hold the string, and with it the password.
      throw .malformedString("it is neither keyword=value words nor postgresql://…")
    }
    defer { unsafe functions.pointee.conninfo_free(parsed) }
    var options: [(keyword: String, value: String)] = []
    var next = unsafe parsed
    while let keyword = unsafe next.pointee.keyword {
      if let value = unsafe next.pointee.val {
        options.append((unsafe String(cString: keyword), unsafe String(cString: value)))
      }
      unsafe next = next.successor()
    }
    return options
  }

  /// What libpq is given for one server. A password `file:PATH` is read anew each time, so that it can change.
  /// - Throws: `malformedString` where the file of the password cannot be read.
  func keywords(for server: Server) throws(PostgreSQLError) -> [(keyword: String, value: String)] {
    var keywords: [(keyword: String, value: String)] = []
    for (keyword, value) in parameters {
      guard keyword == "password", value.hasPrefix("file:") else {
        keywords.append((keyword, value))
        continue
      }
      keywords.append((keyword, try Self.secret(in: String(value.dropFirst(5)))))
    }
    for (keyword, value) in [("host", server.host), ("hostaddr", server.address), ("port", server.port)] {
      if let value { keywords.append((keyword, value)) }
    }
    func add(_ keyword: String, _ value: String) {
      if !keywords.contains(where: { $0.keyword == keyword }) { keywords.append((keyword, value)) }
    }
    add("target_session_attrs", "read-write")
    add("application_name", "vitrine")
    // Kerberos is negotiated by a library that waits.
    add("gssencmode", "disable")
    // A server whose machine is gone is noticed within ten seconds.
    add("keepalives_idle", "5")
    add("keepalives_interval", "2")
    add("keepalives_count", "3")
    add("tcp_user_timeout", "10000")
    keywords.removeAll { $0.keyword == "client_encoding" }
    keywords.append(("client_encoding", "UTF8"))
    return keywords
  }

  private static func secret(in path: String) throws(PostgreSQLError) -> String {
    do throws(Errno) {
      let bytes = try FileDescriptor.open(path, .readOnly).readAll(limit: 4_096)
      let text = String(decoding: bytes, as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    } catch {
      throw .malformedString("the file of the password, \(path): \(error)")
    }
  }
}
