internal import Posix

extension Supervisor {
  /// How long children may take to end after the limit on requests in flight, in nanoseconds, before they are killed.
  private static let grace: UInt64 = 3_000_000_000
  /// How long the web server keeps a connection, in nanoseconds: `keepalive_time` and `keepalive_timeout` of nginx/http.conf.in.
  private static let connectionLife: UInt64 = 15_000_000_000

  /// TERM and INT: requests in flight are finished, up to a limit that the workers keep themselves. Where the socket is kept
  /// for the next instance, no connection is refused, and those that the web server keeps are served until it closes them:
  /// closing one that it is about to use again would lose a request.
  mutating func stop() -> Int32 {
    notification.stopping()
    configuration.report(6, "stopping: finishing the requests in flight")
    endTrial()
    let leavesSocket = socket.leaveForNext()
    if leavesSocket {
      configuration.report(6, "the socket is kept for the next instance")
    } else {
      socket.refuseConnections()
    }
    signalChildren(leavesSocket ? .quit : .terminate)
    let began = Clock.monotonicNanoseconds()
    let deadline = began + configuration.drainLimit + Self.grace
    var waitsForWebServer = leavesSocket
    var remaining = Set(children.keys).union(leaving)
    while !remaining.isEmpty {
      while let (pid, _) = (try? ProcessControl.reap()) ?? nil { remaining.remove(pid) }
      if remaining.isEmpty { break }
      let now = Clock.monotonicNanoseconds()
      if waitsForWebServer, now >= began + Self.connectionLife {
        waitsForWebServer = false
        for pid in remaining { try? ProcessControl.kill(pid, .terminate) }
      }
      if now >= deadline {
        for pid in remaining { try? ProcessControl.kill(pid, .kill) }
        // One that does not even end then waits for a disk that never answers.
        if now >= deadline + Self.grace { break }
      }
      // A second TERM changes nothing; a child's end wakes at once.
      _ = Self.signals.wait(nanoseconds: 200_000_000)
    }
    configuration.report(6, "stopped")
    return 0
  }
}
