//! What a user asks for on a command line, as a recipe.

use crate::error::DataError;
use crate::manifest::{About, Inputs, Rates, TAPE_FORMAT, TapeManifest};

/// A small import without a recipe file. Paths are relative to the folder that [`super::import`] is given.
///
/// ```
/// use columnar::import::Request;
/// let request = Request {
///     name: "mine".into(), market: Some("US_EQ".into()), currency: Some("USD".into()),
///     bars: vec!["prices.csv".into()], ..Request::default()
/// };
/// assert_eq!(request.recipe()?.about.name, "mine");
/// assert!(Request::default().recipe().is_err()); // no name, no file
/// # Ok::<(), columnar::error::DataError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The name of the tape: small letters, digits and underscores.
    pub name: String,
    /// Where the data come from; a placeholder stands in when empty.
    pub source: String,
    /// On what terms; a placeholder stands in when empty.
    pub licence: String,
    /// The market of all instruments, for example `US_EQ`.
    pub market: Option<String>,
    /// The currency of all prices, three capitals.
    pub currency: Option<String>,
    /// Files of bars, series, actions, instruments and index members.
    pub bars: Vec<String>,
    /// Files of series.
    pub series: Vec<String>,
    /// Files of corporate actions.
    pub actions: Vec<String>,
    /// Files of instruments.
    pub instruments: Vec<String>,
    /// Files of index members.
    pub membership: Vec<String>,
    /// Files of texts.
    pub texts: Vec<String>,
    /// Columns that nothing reads.
    pub ignored_columns: Vec<String>,
    /// Days from the observation of a series to the day on which it is known.
    pub release_lag_days: Option<u16>,
    /// Makes bars of exchange rates.
    pub rates: Option<Rates>,
}

impl Request {
    /// The recipe.
    ///
    /// # Errors
    /// [`DataError::Request`] for a bad name or currency, or when no file is named.
    pub fn recipe(&self) -> Result<TapeManifest, DataError> {
        let named = !self.name.is_empty()
            && self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !named {
            let what =
                format!("`{}` is not a name for a tape: expected small letters, digits and underscores", self.name);
            return Err(DataError::Request(what));
        }
        let three_capitals = |text: &String| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(currency) = self.currency.as_ref().filter(|currency| !three_capitals(currency)) {
            return Err(DataError::Request(format!(
                "`{currency}` is not a currency: expected three capitals such as USD"
            )));
        }
        let files = [&self.bars, &self.series, &self.actions, &self.instruments, &self.membership, &self.texts];
        if files.iter().all(|files| files.is_empty()) {
            return Err(DataError::Request("there is no file to import: name one with bars or series".to_owned()));
        }
        let or = |text: &str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
        let about = About {
            name: self.name.clone(),
            source: or(&self.source, "imported by a user"),
            licence: or(&self.licence, "not stated"),
            basis: Vec::new(),
            market: self.market.clone(),
            currency: self.currency.clone(),
            price_bases: Vec::new(),
            index_members: None,
        };
        let inputs = Inputs {
            bars: self.bars.clone(),
            series: self.series.clone(),
            actions: self.actions.clone(),
            instruments: self.instruments.clone(),
            membership: self.membership.clone(),
            texts: self.texts.clone(),
            ignored_columns: self.ignored_columns.clone(),
            release_lag_days: self.release_lag_days,
            rates: self.rates,
        };
        Ok(TapeManifest {
            format_version: TAPE_FORMAT,
            about,
            inputs,
            series: Vec::new(),
            known_defects: Vec::new(),
            explained: Vec::new(),
            tables: Default::default(),
        })
    }
}
