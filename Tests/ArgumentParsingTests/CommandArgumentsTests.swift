import ArgumentParsing
import HTTPSemantics
import Testing

@Suite struct CommandArgumentsTests {
  private static let options = [
    CommandOption("--key", .required("a name")), CommandOption("--config", .required("a file")),
    CommandOption("--all"), CommandOption("--debug", .attached(default: "on")),
  ]

  private func read(
    _ arguments: [String], operands: CommandSyntax.Operands = .any, shortOptions: [String] = []
  ) throws(UsageError) -> CommandArguments {
    try CommandArguments(
      arguments.map { Array($0.utf8) },
      CommandSyntax(options: Self.options + shortOptions.map { CommandOption($0) }, operands: operands))
  }

  @Test(
    arguments: [
      ([], [], []), (["add", "name"], [], ["add", "name"]),
      (["--key", "k", "GET"], [("--key", "k")], ["GET"]), (["GET", "--key=k"], [("--key", "k")], ["GET"]),
      (["--key=a=b"], [("--key", "a=b")], []), (["--key="], [("--key", "")], []),
      (["--key", "--config"], [("--key", "--config")], []), (["--", "--key", "k"], [], ["--key", "k"]),
      (["a", "--", "--", "--help"], [], ["a", "--", "--help"]), (["-", "-k", "-h-"], [], ["-", "-k", "-h-"]),
      (["--all", "x", "--all"], [("--all", ""), ("--all", "")], ["x"]),
      (["--debug", "off"], [("--debug", "on")], ["off"]), (["--debug=off"], [("--debug", "off")], []),
    ] as [([String], [(String, String)], [String])])
  func optionsAndOperandsMayStandInAnyOrder(
    arguments: [String], options: [(String, String)], operands: [String]
  ) throws {
    let line = try read(arguments)
    #expect(line.options == options.map { NameValuePair($0.0, $0.1) } && line.operandTexts == operands)
    #expect(!line.wantsHelp)
  }

  @Test func ofAnOptionThatStandsTwiceTheLastCounts() throws {
    let line = try read(["--key", "1", "--key", "2"])
    #expect(line.value("--key") == "2" && line.value("--config") == nil)
  }

  @Test func oneDashMakesAnOptionWhereThereAreSuch() throws {
    #expect(try read(["-9", "-", "a"], shortOptions: ["-9"]).operandTexts == ["-", "a"])
    #expect(throws: UsageError.unknownOption("-x", isFile: false)) { try read(["-x"], shortOptions: ["-9"]) }
    #expect(throws: UsageError.unknownOption("-99", isFile: false)) { try read(["-99"], shortOptions: ["-9"]) }
  }

  @Test(
    arguments: [
      (["--nothing"], .unknownOption("--nothing", isFile: false)),
      (["--nothing=1"], .unknownOption("--nothing=1", isFile: false)),
      (["---"], .unknownOption("---", isFile: false)), (["--=x"], .unknownOption("--=x", isFile: false)),
      (["x", "--key"], .missingValue(option: "--key", expected: "a name")),
      (["--all=1"], .unexpectedValue(option: "--all")),
    ] as [([String], UsageError)])
  func wrongOptionsAreRefused(arguments: [String], error: UsageError) {
    #expect(throws: error) { try read(arguments) }
  }

  @Test func operandsAreCounted() throws {
    #expect(throws: UsageError.unexpectedOperand("x")) { try read(["--all", "x"], operands: .none) }
    for arguments in [["a"], [], ["a", "b", "c"]] {
      #expect(throws: UsageError.otherOperands(expected: "A and B")) {
        try read(arguments, operands: .exactly(2, "A and B"))
      }
    }
    #expect(try read(["a", "b"], operands: .exactly(2, "A and B")).operands.count == 2)
  }

  @Test(arguments: [["--help"], ["-h"], ["--nothing", "--help"], ["x", "y", "--key", "-h"]])
  func helpIsGivenWhateverElseIsWrong(arguments: [String]) throws {
    #expect(try read(arguments, operands: .none).wantsHelp)
  }

  @Test func operandsAreBytesAndValuesAreText() throws {
    let syntax = CommandSyntax(options: Self.options, operands: .files)
    #expect(try CommandArguments([[0xE9], [0x2D, 0xE9]], syntax).operands == [[0xE9], [0x2D, 0xE9]])
    #expect(throws: UsageError.malformedValue(option: "--key", given: [0xE9])) {
      try CommandArguments([Array("--key=".utf8) + [0xE9]], syntax)
    }
    #expect(throws: UsageError.self) { try CommandArguments([Array("--".utf8) + [0xE9]], syntax) }
  }

  @Test func commandLineOfAnotherProgramIsLeftAlone() throws {
    let line = try read(["program", "--nothing", "--", "-h"], operands: .everything)
    #expect(line.operandTexts == ["program", "--nothing", "--", "-h"] && !line.wantsHelp)
    #expect(try read(["--help"], operands: .everything).wantsHelp)
  }

  private static let actions = [
    CommandAction("list", options: ["--config"], takesName: false),
    CommandAction("add", options: ["--key", "--config"], takesName: true),
  ]

  @Test func actionStandsFirstAmongTheOperands() throws {
    let (action, name) = try read(["--key", "k", "add", "x", "--config=f"]).action(of: Self.actions)
    #expect(action.name == "add" && name == "x")
    #expect(try read(["list"]).action(of: Self.actions).name.isEmpty)
  }

  @Test(
    arguments: [
      ([], .missingAction(known: ["list", "add"])), (["drop"], .unknownAction("drop", known: ["list", "add"])),
      (["list", "x"], .otherNames(action: "list", takesName: false)),
      (["add"], .otherNames(action: "add", takesName: true)),
      (["add", "x", "y"], .otherNames(action: "add", takesName: true)),
      (["list", "--key", "k"], .unsuitableOption(action: "list", option: "--key")),
    ] as [([String], UsageError)])
  func otherActionsAreRefused(arguments: [String], error: UsageError) throws {
    #expect(throws: error) { try read(arguments).action(of: Self.actions) }
  }
}
