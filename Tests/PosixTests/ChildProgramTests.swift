import Posix
import Testing

struct ChildProgramTests {
  private let folder = TemporaryFolder()

  /// Runs a shell script; what it wrote, and how it ended.
  private func run(
    _ script: String, input: String = "", seconds: UInt64 = 10
  ) throws -> (output: String, end: ProcessEnd?) {
    let directory = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    let source = try directory.openUnnamed()
    try source.writeAll(Array(input.utf8).span, at: 0)
    let target = try directory.openUnnamed()
    let program = ChildProgram(path: "/bin/sh", arguments: ["sh", "-c", script], environment: ["GREETING=hello"])
    let end = try program.start(input: source, output: target).wait(nanoseconds: seconds * 1_000_000_000)
    return (String(decoding: try target.readAll(limit: 1 << 20), as: UTF8.self), end)
  }

  @Test func inputAndOutputAreTheFilesGiven() throws {
    let (output, end) = try run("cat; echo $GREETING $HOME; exit 3", input: "from the file\n")
    #expect(output == "from the file\nhello\n")
    #expect(end == .exited(3))
  }

  @Test func noOtherDescriptorIsInherited() throws {
    let (output, _) = try run("ls /proc/self/fd | wc -l")
    // Its own three, and the folder that it reads.
    #expect(output == "4\n")
  }

  @Test func programThatTakesTooLongIsEnded() throws {
    let began = Clock.monotonicNanoseconds()
    let (output, end) = try run("echo $$; exec sleep 60", seconds: 1)
    #expect(end == nil)
    #expect(Clock.monotonicNanoseconds() - began < 5_000_000_000)
    let pid = try #require(ProcessID(output.dropLast()))
    #expect(ProcessControl.startTime(of: pid) == nil)
  }

  @Test func signalThatEndedItIsTold() throws {
    #expect(try run("kill -9 $$").end == .signaled(9))
  }

  @Test func missingProgramIsAnError() throws {
    let file = try FileDescriptor.open("/dev/null", .readWrite)
    #expect(throws: Errno.noSuchFile) {
      try ChildProgram(path: "/no/such/program", arguments: ["x"], environment: []).start(input: file, output: file)
        .wait(nanoseconds: 1)
    }
  }

  @Test func programsAreFoundOnThePath() {
    #expect(ProcessControl.findProgram("sh")?.hasSuffix("/sh") == true)
    #expect(ProcessControl.findProgram("no-such-program-anywhere") == nil)
  }
}
