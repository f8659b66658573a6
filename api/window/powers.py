"""What an officer may do in somebody's name at the window, by the operations of the API; all else the person does alone.

No identity, consents, grants, helpers, export or closing of the account: they bind for long or reveal more than an errand needs.
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
