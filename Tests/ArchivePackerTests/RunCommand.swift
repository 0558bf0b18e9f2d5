import ArgumentParsing
import Posix

@testable import ArchivePacker

/// What a run of the command came to.
struct Outcome {
  var status: Int32
  var output: [UInt8]
  var said: String
}

/// Runs `vitrine archive` with standard output and standard error in files.
func archive(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
  try archive(arguments.map { [UInt8]($0.utf8) }, environment: environment)
}

func archive(_ arguments: [[UInt8]], environment: [String: String] = [:]) throws -> Outcome {
  let folder = try FileDescriptor.open("/tmp", [.readOnly, .directory])
  let output = SharedDescriptor(try folder.openUnnamed())
  let diagnostics = SharedDescriptor(try folder.openUnnamed())
  let status = run(
    arguments, in: Dependencies(output: output, diagnostics: diagnostics, environment: { environment[$0] }))
  return Outcome(
    status: status, output: try output.descriptor.readAll(limit: 1 << 28),
    said: String(decoding: try diagnostics.descriptor.readAll(limit: 1 << 20), as: UTF8.self))
}

/// Runs it as the program does.
/// - Returns: the exit status.
func run(_ arguments: [[UInt8]], in dependencies: Dependencies) -> Int32 {
  do throws(UsageError) {
    return try ArchiveCommand.run(CommandArguments(arguments, ArchiveCommand.syntax), in: dependencies) ? 0 : 1
  } catch {
    dependencies.say(error.description)
    return 2
  }
}

/// Bytes that do not shrink: they repeat only beyond the reach of Deflate.
func noise(_ count: Int) -> [UInt8] {
  repeating(noiseBlock, count)
}

/// Bytes that shrink.
func text(_ count: Int) -> [UInt8] {
  repeating([UInt8]("the quick brown fox jumps over the lazy dog 0123456789\n".utf8), count)
}

private let noiseBlock: [UInt8] = {
  var state: UInt64 = 88_172_645_463_325_252
  return (0..<50_021).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt8(truncatingIfNeeded: state)
  }
}()

private func repeating(_ block: [UInt8], _ count: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  while bytes.count < count { bytes += block.prefix(count - bytes.count) }
  return bytes
}
