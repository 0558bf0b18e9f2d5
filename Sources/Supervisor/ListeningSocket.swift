internal import CFastCGI
public import Posix

/// Why there is no socket to serve on. The description says what is wrong and what to do.
public struct ListenError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line for the operator.
  public let description: String
}

/// The socket that all workers accept on, and the lock that keeps a second instance away from it.
public struct ListeningSocket: ~Copyable, Sendable {
  /// The listening socket.
  public let descriptor: FileDescriptor
  /// The lock file beside a unix socket that this program made.
  private let lock: SharedDescriptor?
  /// The path of a unix socket that this program made, to be removed at the end.
  private let ownedPath: String?

  /// How many connections may wait to be accepted; the kernel cuts it to `net.core.somaxconn`.
  private static let backlog: Int32 = 4_096

  /// Opens a socket, or takes the one that was handed over: by socket activation (`LISTEN_FDS`), on descriptor 0 as
  /// FastCGI servers of old did (section 2.2 of the specification), or by this program before it re-executed itself.
  public static func obtain(_ address: ListenAddress, handover: Handover?) throws(ListenError) -> ListeningSocket {
    if let handover {
      return ListeningSocket(
        FileDescriptor(owning: handover.listener),
        lock: handover.lock.map { SharedDescriptor(FileDescriptor(owning: $0)) }, ownedPath: handover.ownedPath)
    }
    if let inherited = try inherited() {
      return ListeningSocket(FileDescriptor(owning: inherited), lock: nil, ownedPath: nil)
    }
    switch address {
    case .unix(let path):
      let lock = try lockFile(for: path)
      if let returned = SocketKeeper.takeBack(of: path) {
        return ListeningSocket(returned, lock: lock, ownedPath: path)
      }
      return ListeningSocket(try openUnix(path), lock: lock, ownedPath: path)
    case .tcp(let host, let port):
      return ListeningSocket(try openTCP(host, port), lock: nil, ownedPath: nil)
    }
  }

  private init(_ descriptor: consuming FileDescriptor, lock: SharedDescriptor?, ownedPath: String?) {
    try? descriptor.setNonBlocking()
    try? descriptor.setCloseOnExec(true)
    try? lock?.descriptor.setCloseOnExec(true)
    self.descriptor = descriptor
    self.lock = lock
    self.ownedPath = ownedPath
  }

  /// What another program image needs to go on with this socket, its descriptors open across the exec.
  func handOver(leaving: [ProcessID]) throws(Errno) -> Handover {
    try descriptor.setCloseOnExec(false)
    try lock?.descriptor.setCloseOnExec(false)
    return Handover(
      listener: descriptor.number, lock: lock?.descriptor.number, ownedPath: ownedPath, leavingWorkers: leaving)
  }

  /// Takes back what `handOver` prepared.
  func keep() {
    try? descriptor.setCloseOnExec(true)
    try? lock?.descriptor.setCloseOnExec(true)
  }

  /// Refuses further connections, if this program made the socket: its file goes, and who has it open already gets
  /// nowhere. Connections that wait are still accepted by the workers. A socket that was handed over stays as it is,
  /// for whoever handed it over.
  func refuseConnections() {
    guard let ownedPath else { return }
    try? removeFile(atPath: ownedPath)
    try? descriptor.shutDown(receiving: true)
  }

  /// Leaves the socket for the next instance, if this program made it and there is somebody to keep it.
  /// - Returns: whether it is kept. Then no connection is to be refused.
  func leaveForNext() -> Bool {
    guard let ownedPath else { return false }
    return SocketKeeper.keep(descriptor, of: ownedPath)
  }

  // MARK: Handed over

  /// The first descriptor of socket activation (sd_listen_fds(3)).
  private static let firstActivationDescriptor: Int32 = 3

  private static func inherited() throws(ListenError) -> Int32? {
    if let count = Environment.value("LISTEN_FDS").flatMap({ Int32($0) }), count > 0,
      Environment.value("LISTEN_PID").flatMap({ ProcessID($0) }) == ProcessControl.currentID
    {
      guard isListening(firstActivationDescriptor) else {
        throw ListenError(
          description: "descriptor \(firstActivationDescriptor), announced by LISTEN_FDS, is no listening socket")
      }
      return firstActivationDescriptor
    }
    return isListening(0) ? 0 : nil
  }

  private static func isListening(_ number: Int32) -> Bool {
    let descriptor = FileDescriptor(owning: number)
    let isListening = descriptor.isListening
    _ = descriptor.release()
    return isListening
  }

  // MARK: Opened here

  /// libfcgi unlinks the path whoever listens there, so a lock beside it says whether somebody does.
  private static func lockFile(for path: String) throws(ListenError) -> SharedDescriptor {
    guard path.utf8.count <= longestUnixSocketPath else {
      throw ListenError(
        description:
          "the socket path is longer than \(longestUnixSocketPath) bytes: \(path); set VITRINE_LISTEN to a shorter one")
    }
    guard !path.utf8.contains(UInt8(ascii: ":")) else {
      throw ListenError(
        description:
          "the socket path \(path) has a colon, which libfcgi takes for a port; set VITRINE_LISTEN to another")
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      let folder = String(path[..<slash])
      do throws(Errno) {
        try makeDirectories(folder)
      } catch {
        throw ListenError(description: "cannot make the socket's folder \(folder): \(error)")
      }
    }
    let lockPath = path + ".lock"
    let file: SharedDescriptor
    let isFree: Bool
    do throws(Errno) {
      file = SharedDescriptor(try FileDescriptor.open(lockPath, [.readWrite, .create], mode: 0o600))
      isFree = try file.descriptor.tryLock()
    } catch {
      throw ListenError(
        description: "cannot lock \(lockPath): \(error); make its folder writable or set VITRINE_LISTEN")
    }
    guard isFree else {
      throw ListenError(
        description: "another vitrine serves on \(path): stop it, or set VITRINE_LISTEN to another socket")
    }
    return file
  }

  private static func openUnix(_ path: String) throws(ListenError) -> FileDescriptor {
    if let status = try? fileStatus(atPath: path, .noFollow) {
      guard status.isSocket else {
        throw ListenError(description: "\(path) is there and is no socket: remove it, or set VITRINE_LISTEN")
      }
      guard isLeftOver(path) else {
        throw ListenError(description: "another program listens on \(path): stop it, or set VITRINE_LISTEN")
      }
    }
    return try open(path, named: path)
  }

  /// Whether nobody listens on a socket file, so that it may be replaced.
  private static func isLeftOver(_ path: String) -> Bool {
    do throws(Errno) {
      _ = try connectToUnixSocket(atPath: path).number
      return false
    } catch {
      // Anything else, as a full backlog or missing permission, shows that somebody does.
      return error == .connectionRefused || error == .noSuchFile
    }
  }

  private static func openTCP(_ host: String, _ port: UInt16) throws(ListenError) -> FileDescriptor {
    let address: String
    do throws(Errno) {
      // libfcgi does not take a name that has several addresses.
      address = try tryBinding(host: host, port: port)
    } catch .addressInUse {
      throw ListenError(
        description: "port \(port) on \(host) is taken: stop the program that uses it, or set VITRINE_LISTEN")
    } catch {
      throw ListenError(description: "cannot listen on \(host):\(port): \(error); set VITRINE_LISTEN")
    }
    return try open("\(address):\(port)", named: "tcp:\(host):\(port)")
  }

  /// libfcgi calls exit(3) where it fails: the checks above are made so that it does not.
  private static func open(_ libraryPath: String, named name: String) throws(ListenError) -> FileDescriptor {
    let number = unsafe FCGX_OpenSocket(libraryPath, backlog)
    guard number >= 0 else { throw ListenError(description: "cannot listen on \(name); set VITRINE_LISTEN") }
    return FileDescriptor(owning: number)
  }
}
