import Testing

@testable import Vitrine

struct CommandLineOptionsTests {
  private func read(_ arguments: [String]) throws(CommandLineProblem) -> CommandLineOptions {
    try CommandLineOptions(arguments, known: ["--key", "--config"])
  }

  @Test(
    arguments: [
      ([], [:], []), (["add", "name"], [:], ["add", "name"]), (["--key", "k", "GET"], ["--key": "k"], ["GET"]),
      (["GET", "--key=k"], ["--key": "k"], ["GET"]), (["--key=a=b"], ["--key": "a=b"], []),
      (["--key="], ["--key": ""], []), (["--key", "--config"], ["--key": "--config"], []),
      (["--", "--key", "k"], [:], ["--key", "k"]), (["-"], [:], ["-"]),
      (["--key", "1", "--key", "2"], ["--key": "2"], []),
    ] as [([String], [String: String], [String])])
  func optionsAndOperandsMayStandInAnyOrder(
    arguments: [String], values: [String: String], operands: [String]
  ) throws {
    let line = try read(arguments)
    #expect(line.values == values && line.operands == operands)
  }

  @Test(arguments: [(["--nothing"], "--nothing"), (["--nothing=1"], "--nothing=1"), (["x", "--key"], "--key")])
  func otherLinesAreRefusedInOneThatNamesTheArgument(arguments: [String], named: String) {
    do throws(CommandLineProblem) {
      _ = try read(arguments)
      Issue.record("\(arguments) passed")
    } catch {
      #expect(error.description.contains(named) && !error.description.contains("\n"))
    }
  }
}
