internal import HTTPSemantics
public import WebService

/// What the routes of archives say of themselves, also where another service has one.
extension ArchiveDownload {
  /// What the file is to be called.
  public nonisolated static let fileName = Parameter.text("name", "The name of the file, instead of the archive's own.")
  nonisolated static let folderName = Parameter.text("hash", in: .path, "The name of the folder.")

  /// The answers of an archive.
  public nonisolated static let answers = [
    Answer.content("application/zip", "The archive."),
    Answer.content("application/zip", "A range of it.", status: .partialContent),
    Answer.empty(.notModified, "The client has it."),
    Answer.empty(.rangeNotSatisfiable, "The range lies behind its end."),
  ]
  /// The refusals of an archive.
  public nonisolated static let refusals: [ProblemCode] = [.notFound, .archiveChanged, .cannotBePacked, .beingFilled]

  nonisolated static func ofFolder(_ identifier: String, _ summary: String) -> Operation {
    Operation(
      identifier, summary, parameters: [folderName.declaration, fileName.declaration], answers: answers,
      refusing: refusals, .lenient)
  }

  nonisolated static func ofNothing(_ identifier: String) -> Operation {
    Operation(identifier, "There is no list of the folders", answers: [], refusing: [.notFound], .lenient)
  }
}
