import Foundation
import Posix
import Testing

@testable import Supervisor

#if canImport(Glibc)
  import Glibc
#endif

struct SystemdNotificationTests {
  @Test(arguments: [false, true])
  func eachStepIsOneDatagram(isAbstract: Bool) throws {
    let folder = TemporaryFolder()
    let path = isAbstract ? "@vitrine-\(UUID().uuidString)" : folder.path + "/notify"
    let manager = FileDescriptor(owning: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
    try ForeignSocket.bind(manager.number, unix: path)
    let notification = SystemdNotification(environment: ["NOTIFY_SOCKET": path])
    let before = Clock.monotonicNanoseconds() / 1_000
    notification.ready()
    notification.reloading()
    notification.stopping()
    notification.alive()
    let messages = (0..<4).map { _ in message(manager) ?? "" }
    #expect([messages[0], messages[2], messages[3]] == ["READY=1", "STOPPING=1", "WATCHDOG=1"])
    let reloading = messages[1].split(separator: "\n")
    #expect(reloading.first == "RELOADING=1")
    let clock = try #require(reloading.last?.split(separator: "="))
    let moment = try #require(UInt64(clock[1]))
    #expect(clock[0] == "MONOTONIC_USEC" && moment >= before)
  }

  private func message(_ manager: borrowing FileDescriptor) -> String? {
    var buffer = [UInt8](repeating: 0, count: 1_000)
    guard case .bytes(let count)? = try? manager.receive(into: &buffer) else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  @Test(arguments: [nil, "", "/no/such/socket", "@", "@no-such-socket", String(repeating: "x", count: 200)])
  func nobodyToNotifyIsNoTrouble(path: String?) {
    SystemdNotification(environment: path.map { ["NOTIFY_SOCKET": $0] } ?? [:]).ready()
  }

  @Test(
    arguments: [
      ([:], nil), (["WATCHDOG_USEC": "30000000"], 30_000_000_000), (["WATCHDOG_USEC": "0"], nil),
      (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "18446744073709551615"], nil), (["WATCHDOG_USEC": ""], nil),
      (["WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"], nil), (["WATCHDOG_USEC": "1", "WATCHDOG_PID": "x"], nil),
      (["WATCHDOG_USEC": "1", "WATCHDOG_PID": "\(ProcessControl.currentID)"], 1_000),
    ] as [([String: String], UInt64?)])
  func watchdogIsOnForTheProcessThatItIsMeantFor(environment: [String: String], limit: UInt64?) {
    #expect(SystemdNotification(environment: environment).watchdogLimit == limit)
  }
}
