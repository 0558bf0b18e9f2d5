import ArgumentParsing
import Testing

@testable import Vitrine

@Suite struct CommandTests {
  /// The options that a help text names: in its usage lines, and at the start of lines.
  private func named(in help: String) -> Set<String> {
    let usage = help.split(separator: "\n\n", maxSplits: 1).first ?? ""
    let starts = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
    let words = ([usage] + starts).flatMap { $0.split { " []|,=\n".contains($0) } }
    return Set(words.filter { $0.hasPrefix("--") && $0.count > 2 }.map(String.init))
  }

  @Test(arguments: Commands.all.map(\.name)) func helpNamesTheOptionsThatAreRead(name: String) throws {
    let command = try #require(Commands.all.first { $0.name == name })
    let read = command.syntax.options.map(\.name).filter { $0.hasPrefix("--") }
    #expect(named(in: command.help).subtracting(["--help"]) == Set(read))
  }

  @Test func namesOfCommandsAreTheirOwn() {
    #expect(Set(Commands.all.map(\.name)).count == Commands.all.count)
  }
}
