internal import ArchiveDownload
internal import HTTPSemantics
internal import WebService

/// What the routes of the image host say of themselves, in the order of its table.
enum ImageOperations {
  static let pictureName = Parameter.text("name", in: .path, "The name that the picture is stored under.")
  static let fileName = Parameter.text("name", in: .path, "The file name of the picture.")

  private static let refusalsOfUploads: [ProblemCode] = [
    .tokenRequired, .blocked, .exists, .unsupportedFormat, .invalidImage, .storageFull,
  ]
  private static let pictureTypes = ["image/jpeg", "image/png", "image/gif"]
  private static let stored = Answer.json(
    .either(UploadedPicture.shape.schema, or: UploadedFiles.shape.schema),
    "The picture; a list for a form of several files, of which at least one was stored.", status: .created)
  private static let storedOne = Answer.json(UploadedPicture.shape.schema, "The picture.", status: .created)
  private static let form = RequestContent.files(
    "A form with up to 20 pictures, or the picture itself, whose file name is then the parameter `name`.",
    field: "file",
    fields: UploadOptions.fields, types: pictureTypes)

  static let uploadByPage = Operation(
    "uploadByForm", "Stores the pictures of a form; answers a page", parameters: UploadOptions.parameters,
    content: .files("The form.", field: "file", fields: UploadOptions.fields),
    answers: [.page("The links.", status: .created)], refusing: refusalsOfUploads,
    credentials: [[], [ImageHost.uploadToken]], .lenient)
  static let upload = Operation(
    "uploadPicture", "Stores pictures", parameters: [ImageHost.rawName.declaration] + UploadOptions.parameters,
    content: form, answers: [stored], refusing: refusalsOfUploads, credentials: [[ImageHost.uploadToken]])
  static let uploadWithSlash = Operation(
    "uploadPictureFromPipe", "The same, for clients that add a slash",
    parameters: [ImageHost.rawName.declaration] + UploadOptions.parameters, content: form, answers: [stored],
    refusing: refusalsOfUploads, credentials: [[ImageHost.uploadToken]])
  static let uploadByName = Operation(
    "uploadPictureByName", "Stores a picture", parameters: [fileName.declaration] + UploadOptions.parameters,
    content: .files("The picture itself.", field: nil, types: pictureTypes),
    answers: [storedOne], refusing: refusalsOfUploads, credentials: [[ImageHost.uploadToken]])

  static let list = Operation(
    "listPictures", "Public pictures that a search finds, newest first",
    parameters: [ImageHost.limit.declaration, ImageHost.after.declaration]
      + ImageHost.conditions.map(\.1.declaration),
    answers: [.json(DescribedPictures.shape.schema, "A page of the list.")])
  static let describe = Operation(
    "describePicture", "One picture", parameters: [pictureName.declaration],
    answers: [.json(DescribedPicture.shape.schema, "The picture.")], refusing: [.notFound])
  static let delete = Operation(
    "deletePicture", "Deletes a picture", parameters: [pictureName.declaration],
    answers: [.empty(.noContent, "It is deleted.")], refusing: [.tokenRequired, .notFound, .storageFull],
    credentials: deleteCredentials)

  static let catalogue = Operation(
    "showCatalogue", "The page of public pictures, newest first", parameters: ImageHost.catalogueParameters,
    answers: [.page("The page.")], .lenient)
  static let picture = Operation(
    "downloadPicture", "The picture itself", parameters: [pictureName.declaration],
    answers: [
      .content("image/*", "The picture."), .content("image/*", "A range of it.", status: .partialContent),
    ] + conditional,
    refusing: [.notFound, .storageFull], .lenient)
  static let selection = Operation(
    "downloadPictures", "Chosen pictures as one zip",
    parameters: [ImageHost.chosen.declaration, ArchiveDownload.fileName.declaration],
    answers: ArchiveDownload.answers, refusing: ArchiveDownload.refusals, .lenient)
  static let picturePage = Operation(
    "showPicture", "The page of a picture", parameters: [pictureName.declaration], answers: [.page("The page.")],
    refusing: [.notFound], .lenient)

  private static let conditional = [
    Answer.empty(.notModified, "The client has it."), Answer.empty(.preconditionFailed, "It is not the one asked for."),
    Answer.empty(.rangeNotSatisfiable, "The range lies behind its end."),
  ]
  private static let thumbnails =
    conditional + [
      Answer.content("image/webp", "The thumbnail."),
      Answer.empty(.temporaryRedirect, "To the picture, where it has no thumbnail."),
    ]
  static let thumbnail = Operation(
    "thumbnail", "A thumbnail", parameters: [pictureName.declaration], answers: thumbnails, refusing: [.notFound],
    .lenient)
  static let largeThumbnail = Operation(
    "largeThumbnail", "A thumbnail for screens of double density", parameters: [pictureName.declaration],
    answers: thumbnails, refusing: [.notFound], .lenient)

  private static let deleteCredentials = [[ImageHost.deleteToken], [ImageHost.deleteTokenInQuery]]
  static let askToDelete = Operation(
    "askToDelete", "The page that asks whether to delete a picture", parameters: [pictureName.declaration],
    answers: [.page("The question.")], refusing: [.tokenRequired, .notFound], credentials: deleteCredentials, .lenient)
  static let deleteByPage = Operation(
    "deleteByForm", "Deletes a picture; answers a page", parameters: [pictureName.declaration],
    answers: [.page("It is deleted.")], refusing: [.tokenRequired, .notFound, .storageFull],
    credentials: deleteCredentials, .lenient)
  private static let reportMembers = [ImageHost.reason.declaration]
  static let report = Operation(
    "reportPicture", "Tells the operator that something is wrong with a picture", parameters: [pictureName.declaration],
    content: .form("Report", reportMembers, orJSON: true), answers: [.empty(.noContent, "It is noted.")],
    refusing: [.notFound, .tooManyReports, .storageFull])
  static let askForReport = Operation(
    "askForReport", "The page that asks what is wrong with a picture", parameters: [pictureName.declaration],
    answers: [.page("The form.")], refusing: [.notFound], .lenient)
  static let reportByPage = Operation(
    "reportByForm", "The same as reportPicture; answers a page", parameters: [pictureName.declaration],
    content: .form("Report", reportMembers), answers: [.page("It is noted.")],
    refusing: [.notFound, .tooManyReports, .storageFull], .lenient)
  static let shareX = Operation(
    "configureShareX", "A configuration of this server for ShareX", answers: [.json(.anything, "The configuration.")],
    .lenient)
}
