import Testing

@testable import Vitrine

/// What makes thumbnails reads what strangers sent: it is confined before it begins.
@Suite struct ConfinedCommandTests {
  @Test func programGetsNoPrivilegesFromFilesThatItExecutes() async {
    await #expect(processExitsWith: .success) {
      _ = ConfinedCommand.execute(["/bin/grep", "-q", "NoNewPrivs:.1", "/proc/self/status"])
    }
  }

  @Test(arguments: [
    "Max address space +1073741824 ", "Max cpu time +20 ", "Max file size +4194304 ", "Max open files +64 ",
    "Max core file size +0 ",
  ])
  func programHasLimits(line: String) async {
    await #expect(processExitsWith: .success) { [line] in
      _ = ConfinedCommand.execute(["/bin/grep", "-qE", line, "/proc/self/limits"])
    }
  }
}
