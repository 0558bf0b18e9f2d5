import ArgumentParsing
import Testing

@testable import ArchivePacker

@Suite struct ArchiveOptionsTests {
  private func options(_ arguments: String...) throws -> ArchiveOptions {
    try options(arguments.map { [UInt8]($0.utf8) })
  }

  private func options(_ arguments: [[UInt8]]) throws(UsageError) -> ArchiveOptions {
    try ArchiveOptions(CommandArguments(arguments, ArchiveOptions.syntax))
  }

  private func bytes(_ names: String...) -> [[UInt8]] {
    names.map { [UInt8]($0.utf8) }
  }

  @Test func optionsStandBeforeBetweenAndAfterFiles() throws {
    let options = try options("-9", "a", "--save", "x.zip", "b", "--reproducible")
    #expect(options.files == bytes("a", "b"))
    #expect(options.saveName == "x.zip")
    #expect(options.level == 9)
    #expect(options.isReproducible)
  }

  @Test func defaultsAreStandardOutputAndLevelSix() throws {
    let options = try options("a")
    #expect(options.saveName == nil)
    #expect(options.level == 6)
    #expect(!options.isReproducible)
  }

  @Test func whatFollowsTwoDashesAreFiles() throws {
    #expect(try options("--save=x", "--", "-0", "--save", "--").files == bytes("-0", "--save", "--"))
  }

  @Test func singleDashIsAFile() throws {
    #expect(try options("-").files == bytes("-"))
  }

  @Test func lastLevelCounts() throws {
    #expect(try options("-1", "a", "-0").level == 0)
  }

  @Test func namesThatAreNotUTF8AreKeptByteForByte() throws {
    #expect(try options([[0xE9]]).files == [[0xE9]])
  }

  @Test(arguments: [
    [], ["--save", "x"], ["a", "--save"], ["a", "--save="], ["a", "--save", "x/"], ["-x", "a"], ["-10", "a"],
    ["--save-as", "x"], ["a", ""], ["--"], ["-", "-x"],
    ["a", "--reproducible=yes"],
  ])
  func wrongUsageIsRefused(_ arguments: [String]) {
    #expect(throws: UsageError.self) {
      try options(arguments.map { [UInt8]($0.utf8) })
    }
  }

  @Test func aFileThatLooksLikeAnOptionIsToldHowToBeNamed() {
    #expect(throws: UsageError.unknownOption("-x", isFile: true)) { try options([Array("-x".utf8)]) }
    #expect(UsageError.unknownOption("-x", isFile: true).description.contains("\"./-x\""))
  }

  @Test func nameToSaveInIsText() {
    #expect(throws: UsageError.malformedValue(option: "--save", given: [0xE9])) {
      try options([Array("a".utf8), Array("--save".utf8), [0xE9]])
    }
  }
}
