internal import EventLoop
internal import FastCGI
internal import Posix
internal import Supervisor

@main
struct Main {
  static func main() throws {
    SignalSet.ignoreBrokenPipes()
    let scoreboard = try Scoreboard(slots: 2, counters: 4)
    let handover = Handover.take()
    let socket = try ListeningSocket.obtain(ListenAddress("unix:/tmp/vt.sock")!, handover: handover)
    var a = CommandLine.arguments
    a[0] = try ProcessControl.programPath()
    let configuration = SupervisorConfiguration(workers: 2, arguments: a) { level, text in print(level, text) }
    let supervisor = Supervisor(configuration, socket: socket, scoreboard: scoreboard, leaving: handover?.leavingWorkers ?? []) { context in
      let signals = SignalSet([.terminate, .quit])
      let loop = try! EventLoop()
      loop.install()
      loop.start {
        let server = FastCGIServer(listener: context.listener, report: { print($0) }) { request, response in
          try? await response.send(Array("Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n".utf8))
        }
        try! server.start()
        context.scoreboard.markReady(context.slot)
        signals.unblock()
      }
      loop.run()
      ProcessControl.exitNow(0)
    }
    ProcessControl.exitNow(supervisor.run())
  }
}
