/// The strings that the pages of the program use; the raw value is the name in `www/words/`.
public enum StringKey: String, CaseIterable, Sendable {
  // Units and numbers.
  case unitByte = "unit_byte"
  case unitKB = "unit_kb"
  case unitMB = "unit_mb"
  case decimalPoint = "decimal_point"

  // The frame of every page.
  case skip = "nav_skip"
  case navigation = "nav_label"
  case languages = "nav_language"
  case upload = "nav_upload"
  case catalogue = "nav_catalogue"
  case terms = "nav_terms"
  case footer = "footer_terms"
  case start

  // Links and buttons.
  case copy
  case copied = "copy_done"
  case copyFailed = "copy_failed"
  case directLink = "copy_link"
  case delete
  case deleteLink = "delete_link"
  case picturePage = "picture_page"
  case share

  // Metadata of a picture.
  case dimensions = "fact_dimensions"
  case fileSize = "fact_size"
  case type = "fact_type"
  case uploadTime = "fact_uploaded"
  case expiry = "fact_expires"

  // Reports.
  case reportLink = "report_link"
  case reportHeading = "report_heading"
  case reportLede = "report_lede"
  case reportReason = "report_reason"
  case sendReport = "report_send"
  case backToPicture = "report_back"
  case reported = "report_done"
  case reportedText = "report_done_text"

  // The catalogue.
  case noPictures = "catalogue_empty"
  case noOlderPictures = "catalogue_end"
  case pages = "catalogue_pages"
  case newest = "catalogue_newest"
  case newer = "catalogue_newer"
  case older = "catalogue_older"
  case allPictures = "catalogue_all"
  case search = "catalogue_search"
  case searchName = "catalogue_name"
  case searchDay = "catalogue_day"
  case nothingFound = "catalogue_nothing"
  case nothingFoundYet = "catalogue_nothing_yet"
  case selectPictures = "catalogue_select"
  case downloadZip = "catalogue_zip"

  // Deletion.
  case deleteQuestion = "confirm_heading"
  case deleteWarning = "confirm_text"
  case keep = "confirm_keep"
  case deleted

  // The answer to the upload form.
  case uploaded
  case uploadedOne = "uploaded_one"
  case uploadedSome = "uploaded_some"
  case notUploaded = "upload_refused"
  case uploadAnother = "upload_another"
}
