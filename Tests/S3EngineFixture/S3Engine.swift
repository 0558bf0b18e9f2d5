import Foundation
import ServerFixture

/// A server that speaks S3, of the test run's own, in a temporary folder. It ends with the process, or when nobody holds it.
public final class S3Engine: Sendable {
  /// What it is.
  public enum Kind: String, CaseIterable, Sendable {
    case seaweedfs
    case rclone
    /// The program itself, as it was built, behind nginx.
    case vitrine
    /// Ceph's, with a cluster of its own that keeps all in memory.
    case rgw

    /// Those of others that are installed. Says once which are not.
    public static let installed: [Kind] = [.seaweedfs, .rclone].filter { kind in
      if kind.program != nil { return true }
      FileHandle.standardError.write(
        Data("\(kind.rawValue) is not installed: deploy/test system installs it; it is not tested\n".utf8))
      return false
    }

    fileprivate var program: String? {
      let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
      let name =
        switch self {
        case .seaweedfs: "var/test-clients/bin/weed"
        case .rclone: "var/test-clients/bin/rclone"
        case .vitrine: ".build/debug/vitrine"
        case .rgw: "/usr/bin/radosgw"
        }
      if self == .rgw { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
      let path = root.appending(path: name).path(percentEncoded: false)
      let isThere = { FileManager.default.isExecutableFile(atPath: $0) }
      return isThere(path) && (self != .vitrine || isThere("/usr/sbin/nginx")) ? path : nil
    }
  }

  /// Where it listens.
  public let port: UInt16
  /// The address of a prefix of its bucket.
  public var address: String { "http://127.0.0.1:\(port)/bucket/of/tests" }
  private let server: ScriptedServer

  /// Starts one with an empty bucket.
  /// - Parameter isOpen: whether it demands no signature. Otherwise the pair is `test` and `secret`.
  public init(_ kind: Kind, isOpen: Bool = false) throws {
    guard let program = kind.program else { throw CocoaError(.fileNoSuchFile) }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "engine.sh")
    server = try ScriptedServer(
      script.path(percentEncoded: false), in: "/tmp/vitrine-s3-XXXXXX",
      [kind.rawValue, program, isOpen ? "open" : "keys"])
    guard let port = UInt16(server.ready) else { throw server.unexpected(server.ready) }
    self.port = port
  }

  /// Ends it at once, as a crash does.
  public func crash() throws { try server.command("crash") }
  /// Starts it again, with what it has on its disk.
  public func start() throws { try server.command("start") }
  /// Stops it where it is: it takes connections, and answers nothing.
  public func freeze() throws { try server.command("freeze") }
  /// Lets it go on.
  public func thaw() throws { try server.command("thaw") }
}
