"""What codes name: countries, currencies, languages, offences, time zones; and which name none."""
