public import EventLoop
public import Posix

/// The rest of a response's body, as it comes on a connection that is nobody else's any more: its bytes can go on to another
/// socket without being copied to this process. One task reads.
@EventLoopActor
public final class DetachedBody {
  /// Bytes that are moved at once: of a slow reader they wait in the kernel.
  private static let fewest = 65_536
  private static let most = 524_288
  /// What is left free of that: whoever sends them in records of up to 64 KiB needs none for a small rest.
  private static let headroom = 64

  private let socket: SharedDescriptor
  private let transfers: MultiTransfer
  /// Nanoseconds without a byte after which the server is given up.
  private let stall: UInt64?
  /// What libcurl has taken.
  private var pieces: [ArraySlice<UInt8>]
  /// Bytes that are still to come.
  private var rest: UInt64
  private let watch = SocketWatch()
  private lazy var pipe: Pipe? = try? Pipe(capacity: Int32(share))

  init(
    _ pieces: [ArraySlice<UInt8>], _ socket: SharedDescriptor, length: UInt64, stall: UInt64?,
    _ transfers: MultiTransfer
  ) {
    self.pieces = pieces
    self.socket = socket
    self.stall = stall
    self.transfers = transfers
    rest = length
    transfers.noteDetached(1)
  }

  isolated deinit {
    transfers.noteDetached(-1)
    watch.end(socket.descriptor)
  }

  /// How many bytes are moved at once: fewer where there are many bodies.
  private var share: Int { max(Self.fewest, min(Self.most, transfers.bufferShare)) }

  /// Whether `read` returns without waiting.
  public var isReadable: Bool { !pieces.isEmpty || rest == 0 || socket.descriptor.waitingBytes > 0 }

  /// The next bytes; nil at the end of the body.
  /// - Parameter piped: whether they may come in a pipe.
  public func read(piped: Bool) async throws(HTTPFailure) -> PipedBytes? {
    if !pieces.isEmpty { return .bytes(Array(pieces.removeFirst())) }
    guard rest > 0 else { return nil }
    let deadline = stall.map { EventLoop.current.now &+ $0 }
    while true {
      let count = Int(min(rest, UInt64(share - Self.headroom)))
      let (progress, piece) = try receive(upTo: count, piped ? pipe : nil)
      switch progress {
      case .bytes(let count):
        rest -= UInt64(count)
        return piece
      case .closed: throw .cutShort
      case .wouldBlock:
        guard try await watch.wait(for: socket.descriptor, until: deadline) else { throw .overdue(.receiving) }
      }
    }
  }

  private func receive(
    upTo count: Int, _ pipe: Pipe?
  ) throws(HTTPFailure) -> (SocketProgress, PipedBytes) {
    do throws(Errno) {
      // What the kernel cannot move is copied: it is no fault of the server's.
      if let pipe, let progress = try? pipe.fill(from: socket.descriptor, upTo: count) {
        guard case .bytes(let moved) = progress else { return (progress, .bytes([])) }
        return (progress, .piped(pipe, count: moved))
      }
      var buffer = [UInt8](repeating: 0, count: min(count, Self.fewest))
      let progress = try socket.descriptor.receive(into: &buffer)
      guard case .bytes(let received) = progress else { return (progress, .bytes([])) }
      buffer.removeLast(buffer.count - received)
      return (progress, .bytes(buffer))
    } catch {
      throw .broken(error)
    }
  }
}

/// Waits for bytes of one socket.
@EventLoopActor
private final class SocketWatch: ReadinessHandler {
  private let progress = WaitPoint()
  private var token: SourceToken?

  func becameReady(_ readiness: Readiness) { progress.wake() }

  /// Waits until something has changed on a socket of which all bytes were taken.
  /// - Returns: false where the deadline came first.
  func wait(for socket: borrowing FileDescriptor, until deadline: UInt64?) async throws(HTTPFailure) -> Bool {
    if token == nil {
      do throws(EventLoopError) {
        token = try EventLoop.current.register(socket, [.readable, .peerClosed, .edgeTriggered], handler: self)
      } catch {
        throw .broken(Errno(rawValue: error.code))
      }
    }
    return await progress.wait(until: deadline) == .woken
  }

  /// To be called before the socket is closed.
  func end(_ socket: borrowing FileDescriptor) {
    if let token { EventLoop.current.unregister(socket, token) }
    token = nil
  }
}
