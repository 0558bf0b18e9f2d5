import ArgumentParsing
import Testing

@Suite struct UsageErrorTests {
  @Test(
    arguments: [
      (.unknownOption("--x", isFile: false), "unknown option \"--x\""),
      (.unknownOption("-x", isFile: true), "unknown option \"-x\"; a file of that name is given as \"./-x\""),
      (.missingValue(option: "--config", expected: "a file"), "--config needs a file"),
      (.unexpectedValue(option: "--all"), "--all takes no value"),
      (.unsuitableValue(option: "--url", expected: "a link", given: "x\ny"), #"--url needs a link, not "x\x0Ay""#),
      (.unsuitableValue(option: "--secret", expected: "8 characters", given: nil), "--secret needs 8 characters"),
      (.malformedValue(option: "--save", given: [0xE9]), #"--save needs a value that is UTF-8, not "\xE9""#),
      (.unexpectedOperand("now"), "unknown argument \"now\""), (.otherOperands(expected: "GET"), "say GET"),
      (.missingAction(known: ["a", "b", "c"]), "say a, b or c"),
      (.unknownAction("d", known: ["a", "b"]), "there is no action \"d\": say a or b"),
      (.unsuitableOption(action: "list", option: "--key"), "list takes no --key"),
      (.otherNames(action: "add", takesName: true), "add takes one name"),
      (.otherNames(action: "list", takesName: false), "list takes no name"),
      (.unsuitableOperand(expected: "BUCKET/KEY", given: "b"), "\"b\" is not BUCKET/KEY"),
      (.emptyOperand(position: 2), "file 2 has an empty name"), (.unsuitableEnvironment("no"), "no"),
    ] as [(UsageError, String)])
  func saysWhatIsWrongOnOneLine(error: UsageError, text: String) {
    #expect(error.description == text)
    #expect(!error.code.isEmpty && error.code.allSatisfy { $0.isLowercase || $0 == "-" })
  }
}
