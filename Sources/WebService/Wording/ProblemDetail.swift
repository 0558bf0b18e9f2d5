/// What is wrong with one very request.
public enum ProblemDetail: Equatable, Sendable {
  // The address, and parameters in it or in a form.
  case malformedEscape
  case visibility
  case expiry
  case metadata
  case pageLength(maximum: Int)
  case cursor
  case noChoice

  // The body of an upload.
  case noName
  case noFile
  case malformedForm(code: String)
  case longField(limit: Int)
  case manyFiles(limit: Int)
  case bodyLength
  case bodyCut

  // Tokens, and what they are for.
  case uploadToken
  case deleteToken
  case noPicture
  case noArchive

  // The picture.
  case tooLarge(limit: UInt64)
  case fileExtension
  case content
  case empty
  case truncated
  case corrupt(code: String)
  case pixels(width: Int, height: Int, limit: UInt64)

  /// In the words of a language.
  func text(_ words: Words) -> String {
    switch self {
    case .malformedEscape: words["detail_malformed_escape"]
    case .visibility: words["detail_visibility"]
    case .expiry: words["detail_expires"]
    case .metadata: words["detail_metadata"]
    case .pageLength(let maximum): words.text("detail_limit", ["limit": String(maximum)])
    case .cursor: words["detail_cursor"]
    case .noChoice: words["detail_no_choice"]
    case .noName: words["detail_no_name"]
    case .noFile: words["detail_no_file"]
    case .malformedForm(let code): words.text("detail_malformed_form", ["code": code])
    case .longField(let limit): words.text("detail_long_field", ["limit": String(limit)])
    case .manyFiles(let limit): words.text("detail_many_files", ["limit": String(limit)])
    case .bodyLength: words["detail_body_length"]
    case .bodyCut: words["detail_body_cut"]
    case .uploadToken: words["detail_upload_token"]
    case .deleteToken: words["detail_delete_token"]
    case .noPicture: words["detail_no_picture"]
    case .noArchive: words["archive_missing_advice"]
    case .tooLarge(let limit): words.text("detail_too_large", ["limit": words.size(limit)])
    case .fileExtension: words["detail_extension"]
    case .content: words["detail_content"]
    case .empty: words["detail_empty"]
    case .truncated: words["detail_truncated"]
    case .corrupt(let code): words.text("detail_corrupt", ["code": code])
    case .pixels(let width, let height, let limit):
      words.text(
        "detail_pixels", ["width": String(width), "height": String(height), "limit": String(limit)])
    }
  }
}

extension Problem {
  /// What it is called.
  func title(_ words: Words) -> String {
    detail == .noArchive ? words["archive_missing_title"] : words["\(wordPrefix)_title"]
  }

  /// What is wrong, or what to do.
  public func text(_ words: Words) -> String {
    detail?.text(words) ?? words["\(wordPrefix)_advice"]
  }

  private var wordPrefix: String {
    "problem_" + code.rawValue.split(separator: "-").joined(separator: "_")
  }
}
