import Glibc
import Posix
import Synchronization

/// A server that a script runs in a temporary folder: the script says one line when it is ready, answers each line that it is
/// given with `done`, and ends with its input, so at the latest with this process.
///
/// (Foundation's `Process` reads beyond its buffers where many are started at the same time.)
public final class ScriptedServer: Sendable {
  /// What a script said in place of what was expected.
  public struct UnexpectedAnswer: Error, CustomStringConvertible {
    /// All that it said.
    public var description: String
  }

  /// The folder, which the script removes.
  public let folder: String
  /// The line with which it said that it is ready.
  public let ready: String
  private let commands: SharedDescriptor
  private let answers: SharedDescriptor
  /// Held from a line to its answer.
  private let turn = Mutex(())

  /// Starts a script, and waits until it says something. Its first argument is the folder.
  public init(_ script: String, in template: String, _ arguments: [String]) throws {
    var template = Array(template.utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let input = try Self.pipe()
    let output = try Self.pipe()
    // The shell that is waited for ends at once; the script goes on. What its programs log must not fill the pipe.
    let program = ChildProgram(
      path: "/bin/bash",
      arguments: ["bash", "-c", #"exec 3<&0; bash "$@" <&3 3<&- 2>"$2/errors" &"#, "bash", script, folder] + arguments,
      environment: ["PATH=\(String(cString: getenv("PATH")))", "LANG=C.UTF-8"])
    guard try program.start(input: input.exit, output: output.entrance).wait(nanoseconds: 60_000_000_000) == .exited(0)
    else { throw UnexpectedAnswer(description: "\(script) could not be started") }
    (commands, answers) = (SharedDescriptor(input.entrance), SharedDescriptor(output.exit))
    ready = try Self.line(answers)
  }

  private struct Ends: ~Copyable {
    var entrance: FileDescriptor
    var exit: FileDescriptor
  }

  private static func pipe() throws -> Ends {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    // No other child of this process keeps the script alive.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return Ends(entrance: FileDescriptor(owning: ends[1]), exit: FileDescriptor(owning: ends[0]))
  }

  /// Gives the script a line, and waits until it has done what that says. Several threads may do so.
  public func command(_ text: String) throws {
    let answer = try turn.withLock { _ in
      try commands.descriptor.writeAll(Array("\(text)\n".utf8))
      return try Self.line(answers)
    }
    guard answer == "done" else { throw unexpected(answer) }
  }

  /// An error with a line, and whatever else the script says until it ends.
  public func unexpected(_ line: String) -> UnexpectedAnswer {
    var words = Array("\(line)\n".utf8)
    words += (try? answers.descriptor.readAll(limit: 1 << 16)) ?? []
    words += (try? FileDescriptor.open("\(folder)/errors", .readOnly).readAll(limit: 1 << 16)) ?? []
    return UnexpectedAnswer(description: String(decoding: words, as: UTF8.self))
  }

  private static func line(_ answers: SharedDescriptor) throws -> String {
    var (line, byte): ([UInt8], [UInt8]) = ([], [0])
    while try answers.descriptor.read(into: &byte) == 1, byte != Array("\n".utf8) { line += byte }
    return String(decoding: line, as: UTF8.self)
  }
}
