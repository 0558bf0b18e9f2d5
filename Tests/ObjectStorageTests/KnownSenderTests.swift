import Testing

@testable import ObjectStorage

@Suite struct KnownSenderTests {
  private let sender = KnownSender(account: "shop", mount: "/api/console/store")

  @Test(arguments: [
    ("/api/console/store/b/a%2Fb?x=1", "/b/a%2Fb?x=1"), ("/api/console/store/", "/"), ("/api/console/store", "/"),
    ("/api/console/store?list-type=2", "/?list-type=2"), ("/api/console/store//b", "//b"), ("/b/k", "/b/k"),
  ])
  func mountIsTakenOff(_ target: String, _ expected: String) {
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
