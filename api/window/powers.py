"""The operations of the API that an officer may do in somebody's name at the window; all others only the person may do.

Not identity, consents, grants, helpers, export or closing of the account: they bind for long or reveal more than an errand needs.
"""

OPERATIONS = frozenset({
    "getReport", "getReportPdf", "readRecord", "readTelling", "askWhatIf", "addEvidence",
    "adviseObjection", "adviseMissing", "listPledgeRecipients", "fileObjection", "listObjections", "getObjection", "urgeObjection",
    "withdrawObjection", "requestObjectionReview", "reportStillWrong", "addObjectionEvidence", "getObjectionResult",
    "getRepairEligibility", "fileRepair", "listRepairs", "getRepair", "urgeRepair", "withdrawRepair", "giveRepairMaterial",
    "answerRepairBar", "addRepairEvidence", "getRepairDecision",
    "previewWithdrawal", "withdraw", "listWithdrawals", "readWithdrawal", "readWithdrawalConsent", "undoWithdrawal",
    "readDeclarationForm", "checkDeclaration", "declare", "listDeclarations", "readDeclaration", "editDeclaration",
    "withdrawDeclaration", "listMessages", "answerMessage",
})  # fmt: skip
