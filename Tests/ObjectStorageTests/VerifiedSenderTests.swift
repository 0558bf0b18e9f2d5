import Testing

@testable import ObjectStorage

@Suite struct KnownSenderTests {
  private let sender = VerifiedSender(account: "shop", mount: "/-/console/store")

  @Test(arguments: [
    ("/-/console/store/b/a%2Fb?x=1", "/b/a%2Fb?x=1"), ("/-/console/store/", "/"), ("/-/console/store", "/"),
    ("/-/console/store?list-type=2", "/?list-type=2"), ("/-/console/store//b", "//b"), ("/b/k", "/b/k"),
  ])
  func mountIsTakenOff(_ target: String, _ expected: String) {
    #expect(String(decoding: sender.target(below: Array(target.utf8)[...]), as: UTF8.self) == expected)
  }
}

extension KnownSenderTests {
  @Test(arguments: [
    ("/-/console/store/b/k?proof=1", "/b/k"), ("/-/console/store/b/k?a=1&proof=1&b=2", "/b/k?a=1&b=2"),
    ("/-/console/store/b/k?proofs=1&a=proof=1", "/b/k?proofs=1&a=proof=1"), ("/-/console/store/b?proof=1&&x", "/b?&x"),
    ("/-/console/store/b/proof=1", "/b/proof=1"), ("/-/console/store/?list-type=2", "/?list-type=2"),
  ])
  func parameterOfTheOtherDoorIsTakenOut(_ target: String, _ expected: String) {
    let sender = VerifiedSender(account: "shop", mount: "/-/console/store", ownParameter: "proof")
    #expect(String(decoding: sender.target(below: Array(target.utf8)[...]), as: UTF8.self) == expected)
  }
}

@Suite struct ArchiveSelectionTests {
  private func contains(_ names: [String], _ path: String) -> Bool {
    ArchiveSelection(names.map { Array($0.utf8) }).contains(Array(path.utf8)[...])
  }

  @Test func emptySelectionIsEverything() {
    #expect(contains([], "a/b"))
  }

  @Test func namesStandForThemselvesAndFoldersForWhatIsBelow() {
    #expect(contains(["a.txt", "sub/"], "a.txt") && contains(["a.txt", "sub/"], "sub/x/y"))
    #expect(!contains(["a.txt", "sub/"], "a.txt2") && !contains(["a.txt", "sub/"], "sub2/x"))
    #expect(!contains(["a"], "a/b"))
  }
}
