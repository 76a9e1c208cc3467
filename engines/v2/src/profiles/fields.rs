//! The fields of a profile, by kind of issuer: what "structurally complete" means for schema version 1.
//!
//! Stock figures and flows are in the currency of the statement, ratios are pure numbers (0.25 is 25 %). Flows are those
//! of a year, whatever span the reports speak of.

/// The version of the lists below; part of every snapshot.
pub const SCHEMA: &str = "profile-fields-v1";

/// Fields that a tape holds as `FUNDAMENTAL:{issuer}:{field}`.
pub const COMPANY_SERIES: [&str; 17] = [
    "total_assets",
    "total_liabilities",
    "equity",
    "revenue",
    "ebitda",
    "ebit",
    "gross_profit",
    "net_income",
    "operating_cash_flow",
    "free_cash_flow",
    "total_debt",
    "interest_expense",
    "shares_outstanding",
    "dividends_per_share",
    "accruals",
    "litigation_flag",
    "governance_flag",
];

/// The structured fields of a company: statement figures, ratios, growth on the year before, and flags.
pub const COMPANY: [&str; 23] = [
    "total_assets",
    "total_liabilities",
    "equity",
    "revenue",
    "ebitda",
    "net_income",
    "operating_cash_flow",
    "free_cash_flow",
    "debt_to_ebitda",
    "debt_to_equity",
    "interest_coverage",
    "gross_margin",
    "ebit_margin",
    "net_margin",
    "roe",
    "roic",
    "revenue_growth",
    "ebitda_growth",
    "net_income_growth",
    "total_assets_growth",
    "accruals",
    "litigation_flag",
    "governance_flag",
];

/// The structured fields of a sovereign, which a tape holds as `SOVEREIGN:{country}:{field}`. The summary of
/// maturities is `average_maturity`, in years.
pub const SOVEREIGN: [&str; 7] = [
    "debt_to_gdp",
    "debt_service_to_revenue",
    "average_maturity",
    "current_account_to_gdp",
    "fx_reserves_to_short_term_debt",
    "fiscal_balance_to_gdp",
    "bank_assets_to_gdp",
];

/// The position of a series in [`COMPANY_SERIES`].
pub(super) mod series {
    pub(crate) const TOTAL_ASSETS: usize = 0;
    pub(crate) const TOTAL_LIABILITIES: usize = 1;
    pub(crate) const EQUITY: usize = 2;
    pub(crate) const REVENUE: usize = 3;
    pub(crate) const EBITDA: usize = 4;
    pub(crate) const EBIT: usize = 5;
    pub(crate) const GROSS_PROFIT: usize = 6;
    pub(crate) const NET_INCOME: usize = 7;
    pub(crate) const OPERATING_CASH_FLOW: usize = 8;
    pub(crate) const FREE_CASH_FLOW: usize = 9;
    pub(crate) const TOTAL_DEBT: usize = 10;
    pub(crate) const INTEREST_EXPENSE: usize = 11;
    pub(crate) const SHARES: usize = 12;
    pub(crate) const DIVIDENDS: usize = 13;
    pub(crate) const ACCRUALS: usize = 14;
    pub(crate) const LITIGATION: usize = 15;
    pub(crate) const GOVERNANCE: usize = 16;

    /// What adds up over time: the figure of a quarter is not that of a year.
    pub(crate) const FLOWS: [usize; 10] = [
        REVENUE,
        EBITDA,
        EBIT,
        GROSS_PROFIT,
        NET_INCOME,
        OPERATING_CASH_FLOW,
        FREE_CASH_FLOW,
        INTEREST_EXPENSE,
        DIVIDENDS,
        ACCRUALS,
    ];
}
