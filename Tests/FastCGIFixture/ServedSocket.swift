public import EventLoop
public import FastCGI
import Foundation
import LoopFixture
public import Posix
import Supervisor

/// A server on a unix socket in a folder of its own.
@EventLoopActor
public final class ServedSocket {
  /// The server.
  public let server: FastCGIServer
  /// What it reported.
  public let reports: Record<String>
  /// How many connections it said it has.
  public let counts: Record<Int>
  private let folder: String
  private let path: String
  private let listener: SharedDescriptor

  /// Starts to serve.
  /// - Parameter persistentConnections: where connections pass to other servers.
  public init(persistentConnections: DescriptorQueue? = nil, _ handler: @escaping FastCGIServer.Handler) throws {
    let (reports, counts) = (Record<String>(), Record<Int>())
    folder = FileManager.default.temporaryDirectory.appending(path: "fastcgi-\(UUID().uuidString.prefix(8))").path
    path = folder + "/s"
    let socket = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    listener = SharedDescriptor(try socket.descriptor.duplicate())
    server = FastCGIServer(
      listener: listener, persistentConnections: persistentConnections, report: { reports.append($0) },
      countChanged: { counts.append($0) },
      handler: handler)
    (self.reports, self.counts) = (reports, counts)
    try server.start()
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Connects as a web server does.
  public func connect() throws -> WebServerPeer {
    try WebServerPeer(connectToUnixSocket(atPath: path))
  }

  /// Refuses further connections, as the supervisor does when the program stops.
  public func shutDown() throws {
    try listener.descriptor.shutDown(receiving: true)
  }

  /// Cuts what is left.
  /// - Returns: whether every connection has ended.
  @discardableResult
  public func stop() async -> Bool {
    await server.drain(closesIdle: true, deadline: EventLoop.current.now)
    return server.connectionCount == 0
  }
}
