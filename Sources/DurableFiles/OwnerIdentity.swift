package import Posix

/// Which process owns a thing that is under way: boot, process number and start time name it for good.
package struct OwnerIdentity: Equatable, Hashable, Sendable {
  /// As `1c9c5f3e:1234:567890`; it holds no character that a file name may not.
  package let text: String

  /// What stands for those of a system or a process that could not be asked.
  private static let unknownBoot = "unknown"
  private static let unknownStart: UInt64 = 0

  private let boot: String
  private let process: ProcessID
  private let start: UInt64

  /// This process. To be asked for after a fork.
  package static func current() -> OwnerIdentity {
    let process = ProcessControl.currentID
    return OwnerIdentity(
      boot: currentBoot(), process: process, start: ProcessControl.startTime(of: process) ?? unknownStart)
  }

  package init(boot: String, process: ProcessID, start: UInt64) {
    self.boot = boot
    self.process = process
    self.start = start
    text = "\(boot):\(process):\(start)"
  }

  /// Reads what `text` gave; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let process = ProcessID(parts[1]), process > 0, let start = UInt64(parts[2]) else {
      return nil
    }
    self.init(boot: String(parts[0]), process: process, start: start)
  }

  /// Whether the process is gone for certain. When in doubt it counts as alive, so that its work is left alone.
  package func isGone(boot currentBoot: String) -> Bool {
    if boot != currentBoot, boot != Self.unknownBoot, currentBoot != Self.unknownBoot { return true }
    do throws(Errno) {
      try ProcessControl.kill(process, Signal(rawValue: 0))
    } catch .noSuchProcess {
      return true
    } catch {
      // It is there, but somebody else's.
    }
    // Unknown for a zombie, which its parent will reap, and where /proc cannot be read.
    guard start != Self.unknownStart, let actual = ProcessControl.startTime(of: process) else { return false }
    return actual != start
  }

  /// What names this boot of the system: a process number and start time may come again after the next.
  package static func currentBoot() -> String {
    guard
      let file = try? FileDescriptor.open("/proc/sys/kernel/random/boot_id", .readOnly),
      let content = try? file.readAll(limit: 64)
    else { return unknownBoot }
    return String(decoding: content.prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self)
  }
}
